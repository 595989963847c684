"""The flight recorder: what each session did, in forms that people and other programs read."""

from .finished_call import CallObserver, FinishedCall

__all__ = ["CallObserver", "FinishedCall"]
