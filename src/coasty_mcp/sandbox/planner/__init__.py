"""The sandbox's eyes: its own pictures known again, and what to do on them."""

from .actions import Action
from .grounding import ground
from .planning import Prediction, predict
from .pyautogui_parser import parse_code

__all__ = ["Action", "Prediction", "ground", "parse_code", "predict"]
