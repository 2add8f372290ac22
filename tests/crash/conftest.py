"""The crash tests speak to servers as the contract tests do, by the same clients."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "contract"))
