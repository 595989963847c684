"""What to do on a simulated screen: instructions become goals, goals become actions."""

from .actions import Action
from .grounding import ground
from .planning import Prediction, predict
from .pyautogui_parser import parse_code
from .task import Task, TaskStep

__all__ = ["Action", "Prediction", "Task", "TaskStep", "ground", "parse_code", "predict"]
