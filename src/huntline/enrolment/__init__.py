"""Application, decision, and the switch of the service. Doors: `enrolment.services`, `enrolment.queries`, `enrolment.events`."""
