"""What detections refuses."""

from collections.abc import Sequence

from huntline.kernel import Conflict, Invalid, NotFound, translatable


class RuleNotFound(NotFound):
    """No such rule in the scope's tenants."""

    def __init__(self) -> None:
        super().__init__("detection_rule_not_found", translatable("There is no such detection rule."))


class RuleNameInvalid(Invalid):
    """A name that no list can show."""

    def __init__(self, most: int) -> None:
        super().__init__(
            "detection_rule_name_invalid",
            translatable("A detection rule has a name of 1 to {most} characters, in one line."),
            most=most,
        )


class RuleNameTaken(Conflict):
    """Two rules of one name."""

    def __init__(self, name: str) -> None:
        super().__init__(
            "detection_rule_name_taken",
            translatable("There is a detection rule “{name}” already. Choose another name."),
            name=name,
        )


class RuleColumnsMissing(Invalid):
    """The query does not return what an alert is made of."""

    def __init__(self, missing: Sequence[str], entities: Sequence[str]) -> None:
        super().__init__(
            "detection_rule_columns_missing",
            translatable(
                "The query of a detection rule returns Timestamp, ReportId and one of {entities}, each as its table holds it. Missing: "
                "{missing}. Keep these columns with project, or take them along with arg_max in summarize."
            ),
            detail={"missing": list(missing)},
            missing=", ".join(missing),
            entities=", ".join(entities),
        )


class RuleEntityInvalid(Invalid):
    """The chosen entity is not among what the query returns."""

    def __init__(self, column: str, possible: Sequence[str]) -> None:
        super().__init__(
            "detection_rule_entity_invalid",
            translatable("“{column}” cannot be the entity of this rule. Its query returns these: {possible}."),
            detail={"possible": list(possible)},
            column=column[:100],
            possible=", ".join(possible),
        )


class RuleTableUnknown(Invalid):
    """No table that the query reads has the columns, so that nothing says which events they are."""

    def __init__(self) -> None:
        super().__init__(
            "detection_rule_table_unknown",
            translatable(
                "No hunting table that this query reads holds Timestamp, ReportId and the entity together. A rule looks for "
                "events of such a table."
            ),
        )


class FrequencyInvalid(Invalid):
    """A frequency that there is not."""

    def __init__(self, hours: Sequence[int]) -> None:
        super().__init__(
            "detection_rule_frequency_invalid",
            translatable("A detection rule runs every {hours} hours."),
            hours=", ".join(map(str, hours)),
        )


class TooManyRules(Conflict):
    """More rules than a tenant may have."""

    def __init__(self, most: int) -> None:
        super().__init__(
            "detection_rules_too_many",
            translatable("There are {most} detection rules, which is the most. Delete one that is no longer needed."),
            most=most,
        )
