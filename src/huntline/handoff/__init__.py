"""Hand over to incident responders: one signed file of what hunting found, who was given it, and when it was opened.

Huntline is managed hunting and no incident response: what is needed then is handed to those who do it. Doors: `handoff.services`,
`handoff.queries`, `handoff.jobs`, `handoff.events`, `handoff.views` (what responders open); and `handoff.verifying`, which checks a package
without Huntline.
"""
