import time

from src.auth.token import Token


class Session:
    """Someone who is signed in, for as long as the token is renewed."""

    def __init__(self, user, secret, lasts=3600):
        self.user = user
        self.lasts = lasts
        self.token = Token(user, secret)
        self.ends = time.time() + lasts

    def is_open(self):
        return time.time() < self.ends

    def renew(self, token):
        if not self.token.matches(token):
            raise PermissionError("the token is not this session's")
        self.ends = time.time() + self.lasts
