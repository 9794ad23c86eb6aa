"""How children notice that the model server is gone."""

import os


class Lifeline:
    """A pipe whose read end children inherit. Its end of file tells them that this process is gone, however it went."""

    def __init__(self) -> None:
        self._ends = [*os.pipe()]
        self.child_end = self._ends[0]

    def close(self) -> None:
        while self._ends:
            os.close(self._ends.pop())
