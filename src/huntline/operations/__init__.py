"""What an operator does with telemetry from the command line, as streams of events.

The embedded engine belongs to one process. Each operation is a generator of plain JSON values, so that the command line can run it in
its own process while no server runs, and otherwise in the server's, through the local door, and shows the same either way.
"""

from huntline.operations.catalogue import OPERATIONS, Operation, Progress

__all__ = ["OPERATIONS", "Operation", "Progress"]
