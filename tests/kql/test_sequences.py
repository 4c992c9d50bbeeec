"""scan against a small interpreter of the documented rules, over steps made at random."""

import random

STEPS = [
    # condition as KQL and as Python over the row's value `x`, and `s`: what the steps hold, by name
    ("x % 2 == 0", lambda x, _s: x % 2 == 0),
    ("x % 3 != 0", lambda x, _s: x % 3 != 0),
    ("true", lambda _x, _s: True),
    ("x > 4", lambda x, _s: x > 4),
    ("x > {first}.x", lambda x, s: _greater(x, s["first"])),
    ("x - {own}.x < 3", lambda x, s: _near(x, s["own"])),
    ("x > {first}.total", lambda x, s: _total(x, s["first"])),
]


def _greater(x, remembered):
    return remembered is not None and x > remembered["x"]


def _near(x, remembered):
    return remembered is not None and x - remembered["x"] < 3


def _total(x, remembered):
    return x > (remembered["total"] if remembered is not None else 0)


class Machine:
    """Steps are (condition, output); each adds its row to `total`, a column that starts from 0."""

    def __init__(self, steps):
        self.steps = steps
        self.states = [None] * len(steps)  # (sequence, series, [what each step up to this one holds])
        self.sequences = 0
        self.series = [0] * len(steps)
        self.out = []

    def _seen(self, k, held):
        return {"first": held[0] if held else None, "own": held[k] if len(held) > k else None}

    def row(self, position, x):
        for k in range(len(self.steps) - 1, -1, -1):
            condition, _ = self.steps[k]
            before = self.states[k - 1] if k else None
            if before is not None and condition(x, self._seen(k, before[2])):
                self.states[k - 1] = None
                self.series[k] += 1
                self._match(k, position, x, (before[0], self.series[k], [*before[2], None]))
                continue
            own = self.states[k]
            if (own is not None or k == 0) and condition(x, self._seen(k, own[2] if own else [])):
                if own is None:
                    self.series[0] += 1
                    own = (self.sequences, self.series[0], [None])
                    self.sequences += 1
                self._match(k, position, x, own)

    def _match(self, k, position, x, state):
        sequence, series, held = state
        total = x + (held[k]["total"] if held[k] is not None else 0)
        self.states[k] = (sequence, series, [*held[:k], {"x": x, "total": total}])
        self.out.append((position, k, sequence, series, x, total))

    def answer(self):
        last = {(k, series): position for position, k, _, series, _, _ in self.out}
        return [
            [x, total, sequence, f"s{k}"]
            for position, k, sequence, series, x, total in self.out
            if self.steps[k][1] == "all" or (self.steps[k][1] == "last" and last[k, series] == position)
        ]


def test_steps_made_at_random(engine):
    chance = random.Random(7)
    for _ in range(25):
        steps = [
            (*chance.choice(STEPS), chance.choice(["all", "all", "last", "none"])) for _ in range(chance.randint(1, 4))
        ]
        values = [chance.randint(0, 9) for _ in range(300)]
        written = "".join(
            f"step s{k} output={output}: {text.format(first='s0', own=f's{k}')} => total = x + s{k}.total;\n"
            for k, (text, _, output) in enumerate(steps)
        )
        rows = ", ".join(f"{i}, {x}" for i, x in enumerate(values))
        query = (
            f"datatable(i: long, x: long) [{rows}] | sort by i asc | scan with_match_id=id with_step_name=name "
            f"declare (total: long = 0) with ({written}) | project x, total, id, name"
        )
        machine = Machine([(condition, output) for _, condition, output in steps])
        for position, x in enumerate(values):
            machine.row(position, x)
        assert engine.rows(query) == machine.answer(), query
