"""All settings, read from command-line flags and environment variables."""

from .model import LOOPBACK, Mode, Settings
from .values import WrongSetting, cleaned, flag, variable

__all__ = ["LOOPBACK", "Mode", "Settings", "WrongSetting", "cleaned", "flag", "variable"]
