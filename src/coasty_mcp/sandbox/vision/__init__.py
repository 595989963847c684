"""The sandbox's eyes: its own pictures known again, and what to do on them."""

from .actions import Action
from .code import parse_code
from .frames import Frames
from .grounding import ground
from .prediction import Prediction, predict

__all__ = ["Action", "Frames", "Prediction", "ground", "parse_code", "predict"]
