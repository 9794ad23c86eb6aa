"""The model server: owns the model, the voice catalogue and the floor; starts and routes to the voice servers."""
