"""Why the demo is not loaded."""

from huntline.kernel import Conflict, Invalid, translatable


class DemoNeedsEmpty(Conflict):
    """There are tenants that are not the demo's."""

    def __init__(self) -> None:
        super().__init__(
            "demo_needs_empty",
            translatable(
                "There are tenants already. Load the demo into an installation of its own (another HUNTLINE_HOME)."
            ),
        )


class LoadedDifferently(Conflict):
    """The demo is there, with another scale or seed."""

    def __init__(self, scale: float, seed: int) -> None:
        super().__init__(
            "demo_loaded_differently",
            translatable(
                "The demo is loaded with scale {scale} and seed {seed}. For another, take another HUNTLINE_HOME."
            ),
            scale=scale,
            seed=seed,
        )


class DemoScaleInvalid(Invalid):
    """The scale is out of range."""

    def __init__(self, scale: float, largest: float) -> None:
        super().__init__(
            "demo_scale_invalid",
            translatable("The scale is above 0 and at most {largest}, not {scale}."),
            scale=scale,
            largest=largest,
        )
