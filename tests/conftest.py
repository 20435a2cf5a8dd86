"""What holds for all tests: the commands speak English unless a test asks for Chinese, whatever this machine speaks."""

from __future__ import annotations

import os

os.environ["LC_ALL"] = "C.UTF-8"
