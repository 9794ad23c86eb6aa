"""Coding agents that speak: the settings that call us, and the program that they call."""
