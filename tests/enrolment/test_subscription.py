"""The expert subscription: what is granted, what it turns into, and who may do it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from huntline.audit.models import Entry
from huntline.enrolment.errors import (
    CreditsInvalid,
    NoSubscriptionToEnd,
    SubscriptionMissing,
    SubscriptionStepNotPossible,
    TermInPast,
)
from huntline.enrolment.states import GRANTS, SubscriptionKind, SubscriptionState
from huntline.enrolment.subscription import (
    SubscriptionForm,
    end_subscription,
    grant_subscription,
    require_subscription,
    subscription_of,
    subscriptions_within,
)
from huntline.identity.queries import provider_scope_of

pytestmark = pytest.mark.django_db
TRIAL, FULL = SubscriptionForm(SubscriptionKind.TRIAL), SubscriptionForm(SubscriptionKind.FULL)
PAGE = "/api/v1/tenants/aurora/subscription"


@pytest.fixture
def manager(scope_of, clock):
    return scope_of("account_manager", "aurora")


class TestGrantSubscription:
    @pytest.mark.requirement("R33")
    @pytest.mark.requirement("R36")
    def test_a_trial_is_for_90_days(self, manager, clock):
        standing = grant_subscription(manager, TRIAL)
        assert (standing.state, standing.until) == (SubscriptionState.TRIAL, clock.now() + timedelta(days=90))
        assert Entry.objects.latest("sequence").action == "subscription.granted"

    def test_a_full_one_is_without_end(self, manager):
        standing = grant_subscription(manager, FULL)
        assert (standing.state, standing.until) == (SubscriptionState.FULL, None)

    @pytest.mark.requirement("R36")
    def test_a_trial_that_is_over_is_expired_and_becomes_full_only(self, manager, clock):
        grant_subscription(manager, TRIAL)
        clock.advance(timedelta(days=90))
        assert subscription_of(manager).state is SubscriptionState.EXPIRED
        with pytest.raises(SubscriptionStepNotPossible):
            grant_subscription(manager, TRIAL)
        assert grant_subscription(manager, FULL).since == clock.now()

    def test_a_full_term_that_is_over_is_none(self, manager, clock):
        grant_subscription(manager, SubscriptionForm(SubscriptionKind.FULL, clock.now() + timedelta(days=1)))
        clock.advance(timedelta(days=1))
        assert subscription_of(manager).state is SubscriptionState.NONE

    def test_a_longer_trial_keeps_its_beginning(self, manager, clock):
        began = grant_subscription(manager, TRIAL).since
        clock.advance(timedelta(days=30))
        longer = grant_subscription(manager, TRIAL)
        assert (longer.since, longer.until) == (began, clock.now() + timedelta(days=90))

    @pytest.mark.parametrize("before", SubscriptionState)
    @pytest.mark.parametrize("kind", SubscriptionKind)
    def test_only_what_the_table_allows(self, manager, clock, before, kind):
        if before is not SubscriptionState.NONE:
            grant_subscription(manager, FULL if before is SubscriptionState.FULL else TRIAL)
        if before is SubscriptionState.EXPIRED:
            clock.advance(timedelta(days=91))
        assert subscription_of(manager).state is before
        if kind in GRANTS[before]:
            assert grant_subscription(manager, SubscriptionForm(kind)).state == kind.value
        else:
            with pytest.raises(SubscriptionStepNotPossible):
                grant_subscription(manager, SubscriptionForm(kind))

    def test_an_end_that_is_past_is_refused(self, manager, clock):
        with pytest.raises(TermInPast):
            grant_subscription(manager, SubscriptionForm(SubscriptionKind.FULL, clock.now()))

    @pytest.mark.parametrize("credit", [0, -1, 10_001])
    def test_credits_have_bounds(self, manager, credit):
        with pytest.raises(CreditsInvalid):
            grant_subscription(manager, SubscriptionForm(SubscriptionKind.FULL, credits=credit))


class TestEndSubscription:
    def test_ends_now(self, manager, clock):
        grant_subscription(manager, FULL)
        clock.advance(timedelta(days=1))
        ended = end_subscription(manager)
        assert (ended.state, ended.until) == (SubscriptionState.NONE, clock.now())
        assert Entry.objects.latest("sequence").detail["before"] == "full"

    def test_what_is_not_there_cannot_end(self, manager):
        with pytest.raises(NoSubscriptionToEnd):
            end_subscription(manager)

    def test_twice_is_refused(self, manager):
        grant_subscription(manager, FULL)
        end_subscription(manager)
        with pytest.raises(NoSubscriptionToEnd):
            end_subscription(manager)


class TestRequireSubscription:
    @pytest.mark.requirement("R36")
    def test_says_how_to_get_one(self, manager):
        with pytest.raises(SubscriptionMissing) as refused, transaction.atomic():
            require_subscription(manager)
        assert "account manager" in refused.value.message

    @pytest.mark.requirement("R37")
    def test_is_apart_from_notifications(self, manager, sign_in):
        grant_subscription(manager, FULL)
        page = sign_in("aurora_admin").get("/api/v1/tenants/aurora/enrolment").json()
        assert page["state"] == "not_applied"


class TestSubscriptionsWithin:
    def test_names_every_customer_in_one_query(self, manager, cast):
        grant_subscription(manager, TRIAL)
        scope = provider_scope_of(cast.account_manager)
        with CaptureQueriesContext(connection) as queries:
            found = subscriptions_within(scope)
        assert len(queries) == 1
        assert found[cast.aurora.pk].state is SubscriptionState.TRIAL
        assert found[cast.bluefin.pk].state is SubscriptionState.NONE


class TestRoutes:
    @pytest.mark.parametrize(
        ("who", "status"),
        [(None, 401), ("bluefin_admin", 404), ("platform_operator", 403), ("aurora_reader", 200), ("hunter", 200)],
    )
    def test_who_may_read(self, sign_in, who, status):
        assert sign_in(who).get(PAGE).status_code == status

    @pytest.mark.requirement("R33")
    @pytest.mark.parametrize(
        ("who", "status"),
        [(None, 401), ("bluefin_admin", 404), ("aurora_admin", 403), ("hunt_lead", 403), ("account_manager", 200)],
    )
    def test_who_may_grant_and_end(self, sign_in, who, status):
        client = sign_in(who)
        granted = client.put(PAGE, {"kind": "trial"}, content_type="application/json")
        assert granted.status_code == status
        assert client.delete(PAGE).status_code == status

    @pytest.mark.requirement("R35")
    def test_says_what_it_is_and_until_when(self, sign_in, clock):
        until = datetime(2027, 3, 1, tzinfo=UTC)
        granted = {"kind": "full", "until": until.isoformat(), "credits": 3}
        sign_in("account_manager").put(PAGE, granted, content_type="application/json")
        page = sign_in("aurora_admin").get(PAGE).json()
        assert (page["state"], page["until"], page["credits"]) == ("full", "2027-03-01T00:00:00Z", 3)

    @pytest.mark.parametrize(
        ("who", "status"), [(None, 401), ("aurora_admin", 404), ("hunter", 403), ("account_manager", 200)]
    )
    def test_who_may_list(self, sign_in, who, status):
        answer = sign_in(who).get("/api/v1/provider/subscriptions")
        assert answer.status_code == status
        if status == 200:
            assert [row["tenant"]["slug"] for row in answer.json()["items"]] == ["aurora", "bluefin"]
