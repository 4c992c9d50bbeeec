"""An exercise range: an invented organisation at which the provider plays a catalogue of ATT&CK techniques among ordinary work."""

from huntline.demo.exercise.catalogue import Technique, catalogue
from huntline.demo.exercise.schedule import Exercise
from huntline.demo.exercise.site import RANGE

__all__ = ["RANGE", "Exercise", "Technique", "catalogue"]
