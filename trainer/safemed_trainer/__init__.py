"""Training worker of SafeMed-R1: thin modules around TRL, driven by a run file and reporting by events."""

__version__ = "0.1.0"
