"""The words, as existing clients know them."""

from huntline.incidents import DETERMINATIONS, Classification, Determination


class TestDeterminations:
    def test_every_classification_has_its_own(self):
        assert set(DETERMINATIONS) == set(Classification)

    def test_every_determination_goes_with_some_classification(self):
        assert set().union(*DETERMINATIONS.values()) == set(Determination)

    def test_none_given_goes_with_all(self):
        assert all(Determination.NOT_AVAILABLE in allowed for allowed in DETERMINATIONS.values())
