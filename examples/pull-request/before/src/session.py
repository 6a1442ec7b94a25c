import time


class Session:
    """Someone who is signed in, until a moment in time."""

    def __init__(self, user, lasts=3600):
        self.user = user
        self.ends = time.time() + lasts

    def is_open(self):
        return time.time() < self.ends
