"""What somebody decided about every service and every kind of caller.

A new service gets a line here, and its arguments in ``ARGUMENTS`` if they are new; until then
``test_access.py`` fails, because nobody decided who may call it.
"""

from datetime import UTC, date, datetime, timedelta
from enum import Enum
from pathlib import Path
from typing import Any

from db.chunks.workers import ThisProcess
from db.register.naming import dependency_key
from db.services.access import Actor, ActorRole
from db.services.contract_records import ContractFile
from db.services.drill_files import DrillFile
from db.services.drills import DrillNote
from db.services.evaluations import EvaluationNote
from db.services.filings import CellDecision, Filing, FilingSummary
from db.services.funds import HoldingsFile
from db.services.hours import HourAsked
from db.services.scenario_files import News
from db.services.scenario_files import Sort as SortOfFile
from db.services.scheduled_reports import Every, Form, ScheduledReport
from db.services.share_contents import Wanted
from db.services.statements import StatedOfDependency, Statement
from db.services.subscriptions import Rhythm, Subscription
from db.services.tokens import TokenScope
from db.sharing.presets import Preset
from db.sharing.question_form import Asking
from risk.alternatives.evaluations import Evaluation
from risk.alternatives.evidence import DrillKind
from risk.alternatives.judgements import Judgement, Topic
from risk.assumptions import DEFAULTS
from risk.catalog.failure_kinds import FailureKind
from risk.catalog.records import (
    Alias,
    Answer,
    OwnLink,
    OwnProvider,
    OwnService,
    Provider,
    Role,
    Service,
    UpstreamLink,
)
from risk.dora.packages import FilingFacts, Register, zip_of
from risk.dora.proposals import Proposal
from risk.hazard.forecasts import Answered, Outcome
from risk.hazard.signals import Signal
from risk.inventory.contracts import Check, Contract, ProvisionState
from risk.inventory.records import Portfolio
from risk.portfolio.watching import Measure, Reading, Readings, compare
from risk.scenarios.realised import RealisedLoss
from risk.scenarios.results import Scenario
from tests.alternatives.settings import MOVE, STAY
from tests.hazard.incidents.tables import SIX

#: A crisis that goes on.
CRISIS = """
title = "Board"
provider = "OpenAI"
starts = 2026-11-02T09:00:00Z
[[moment]]
time = 2026-11-02T10:00:00Z
headline = "News"
source = "test"
"""

ALLOWED, REFUSED = "allowed", "refused"
#: The answer is that there is no such thing; and: an answer in which nothing of it is.
HIDDEN, NOTHING = "hidden", "nothing of it"

#: Everybody who may ever call, those who sign in by the number the store knows them under. The
#: portfolio they call about belongs to the team Blue.
ACTORS = {
    "anonymous": Actor("anonymous", ActorRole.NONE),
    "share visit": Actor("share visit", ActorRole.SHARE_VISIT),
    "viewer": Actor("viewer", ActorRole.VIEWER, team="Blue", person=2),
    "other team": Actor("other team", ActorRole.ANALYST, team="Red", person=3),
    "analyst": Actor("analyst", ActorRole.ANALYST, team="Blue", person=4),
    "owner": Actor("owner", ActorRole.OWNER),
}


class Sort(Enum):
    """The sorts of services: what viewer, another team's analyst, analyst and owner meet."""

    FACTS = (ALLOWED, ALLOWED, ALLOWED, ALLOWED)
    LISTS = (ALLOWED, NOTHING, ALLOWED, ALLOWED)
    PORTFOLIO = (ALLOWED, HIDDEN, ALLOWED, ALLOWED)
    LISTS_OF_WORK = (REFUSED, NOTHING, ALLOWED, ALLOWED)
    WORK_ON_FACTS = (REFUSED, ALLOWED, ALLOWED, ALLOWED)
    WORK = (REFUSED, HIDDEN, ALLOWED, ALLOWED)
    OWNER = (REFUSED, REFUSED, REFUSED, ALLOWED)

    def verdict(self, caller: str) -> str:
        """What a caller meets; strangers and share visits are refused everywhere."""
        known = dict(zip(list(ACTORS)[2:], self.value, strict=True))
        return known.get(caller, REFUSED)


SERVICES: dict[str, Sort] = {
    "calibrate_incidents": Sort.FACTS,
    "describe_incidents": Sort.FACTS,
    "catalog_for_scores": Sort.FACTS,
    "hazard_for_scores": Sort.FACTS,
    "hazard_revision": Sort.FACTS,
    "history_revision": Sort.FACTS,
    "list_aliases": Sort.FACTS,
    "list_feeds": Sort.FACTS,
    "count_polled": Sort.FACTS,
    "list_signals": Sort.FACTS,
    "load_catalog": Sort.FACTS,
    "load_incidents": Sort.FACTS,
    "load_resolver": Sort.FACTS,
    "load_service_days": Sort.FACTS,
    "past_events": Sort.FACTS,
    "provider_hazard": Sort.FACTS,
    "provider_hazards": Sort.FACTS,
    "observed_failures": Sort.FACTS,  # of portfolios that the caller sees alone
    "provider_past": Sort.FACTS,
    "records_of_providers": Sort.FACTS,
    "replay_named": Sort.FACTS,
    "scenarios": Sort.FACTS,
    "check_file": Sort.FACTS,
    "crises": Sort.FACTS,
    "draft_file": Sort.FACTS,
    "own_files": Sort.FACTS,  # of the caller's team alone; test_scenario_files.py
    "shipped_crises": Sort.FACTS,
    "shipped_scenarios": Sort.FACTS,
    "file_text": Sort.PORTFOLIO,
    "own_file": Sort.PORTFOLIO,
    "keep_file": Sort.WORK,
    "note_news": Sort.WORK,
    "remove_file": Sort.WORK,
    "wishes_of": Sort.FACTS,
    "signal_kinds": Sort.FACTS,
    "last_write": Sort.FACTS,
    "list_batches": Sort.LISTS,
    "list_portfolios": Sort.LISTS,
    "portfolio_of_most": Sort.LISTS,
    "remembered_mapping": Sort.LISTS,
    "state_hash": Sort.LISTS,
    "alternatives": Sort.PORTFOLIO,
    "waiting": Sort.PORTFOLIO,
    "assumption_history": Sort.PORTFOLIO,
    "course": Sort.PORTFOLIO,
    "export_table": Sort.PORTFOLIO,
    "provider_signals": Sort.PORTFOLIO,
    "list_decisions": Sort.PORTFOLIO,
    "list_funds": Sort.PORTFOLIO,
    "list_forecasts": Sort.PORTFOLIO,
    "list_losses": Sort.PORTFOLIO,
    "contracts_of": Sort.PORTFOLIO,
    "contract": Sort.PORTFOLIO,
    "known_contract": Sort.PORTFOLIO,
    "all_contracts": Sort.PORTFOLIO,
    "contracts_revision": Sort.PORTFOLIO,
    "differences": Sort.PORTFOLIO,
    "days_to_leave": Sort.PORTFOLIO,
    "list_holdings": Sort.PORTFOLIO,
    "fund_losses": Sort.PORTFOLIO,
    "funds_revision": Sort.PORTFOLIO,
    "list_drills": Sort.PORTFOLIO,
    "list_evaluations": Sort.PORTFOLIO,
    "list_drill_files": Sort.PORTFOLIO,
    "backup_evidence": Sort.PORTFOLIO,
    "load_assumptions": Sort.PORTFOLIO,
    "load_judgements": Sort.PORTFOLIO,
    "last_watch": Sort.PORTFOLIO,
    "limit_history": Sort.PORTFOLIO,
    "valuation": Sort.PORTFOLIO,
    "valuation_alone": Sort.PORTFOLIO,
    "load_limits": Sort.PORTFOLIO,
    "ended_of": Sort.PORTFOLIO,
    "load_portfolio": Sort.PORTFOLIO,
    "currency_of": Sort.PORTFOLIO,
    "each_startup": Sort.PORTFOLIO,
    "not_in_an_inventory": Sort.PORTFOLIO,
    "readiness_of_all": Sort.PORTFOLIO,
    "is_stale": Sort.PORTFOLIO,
    "load_startup": Sort.PORTFOLIO,
    "score_startup": Sort.PORTFOLIO,
    "prepared_plan": Sort.PORTFOLIO,
    "do_first": Sort.PORTFOLIO,
    "setting_for": Sort.PORTFOLIO,
    "decisions_to_keep": Sort.PORTFOLIO,
    "plan_tasks": Sort.PORTFOLIO,
    "observed_usage": Sort.PORTFOLIO,
    "model_ends": Sort.PORTFOLIO,
    "portfolio_deadlines": Sort.PORTFOLIO,
    "readiness": Sort.PORTFOLIO,
    "replay_setting": Sort.PORTFOLIO,
    "model_endings": Sort.PORTFOLIO,
    "hour": Sort.PORTFOLIO,
    "contacts": Sort.PORTFOLIO,
    "latest_answer": Sort.PORTFOLIO,
    "kept_narrowing": Sort.PORTFOLIO,
    "worst_ending": Sort.PORTFOLIO,
    "margin_ranges": Sort.PORTFOLIO,
    "decided_dependencies": Sort.PORTFOLIO,
    "portfolio_week": Sort.PORTFOLIO,
    "unpriced_week": Sort.PORTFOLIO,
    "slice_choices": Sort.PORTFOLIO,
    "as_of": Sort.PORTFOLIO,
    "as_known_at": Sort.PORTFOLIO,
    "changes_since": Sort.PORTFOLIO,
    "kept_runs": Sort.PORTFOLIO,
    "sliced_store": Sort.PORTFOLIO,
    "startup_sectors": Sort.PORTFOLIO,
    "startups_page": Sort.PORTFOLIO,
    "named_startups": Sort.PORTFOLIO,
    "valued_folder": Sort.FACTS,
    "valued_in_chunks": Sort.PORTFOLIO,
    "score_portfolio": Sort.PORTFOLIO,
    "write_portfolio_parts": Sort.PORTFOLIO,
    "weighted_concentration": Sort.PORTFOLIO,
    "narrowing": Sort.PORTFOLIO,
    "open_questions": Sort.PORTFOLIO,
    "startup_questions": Sort.PORTFOLIO,
    "question_inbox": Sort.PORTFOLIO,
    "companies_asked": Sort.PORTFOLIO,
    "sensitivity": Sort.PORTFOLIO,
    "dependence": Sort.PORTFOLIO,
    "dependents": Sort.PORTFOLIO,
    "vendors": Sort.PORTFOLIO,
    "ways": Sort.PORTFOLIO,
    "stress": Sort.PORTFOLIO,
    "stress_choices": Sort.PORTFOLIO,
    "watch_portfolio": Sort.PORTFOLIO,
    "why_high": Sort.PORTFOLIO,
    "frozen_content": Sort.PORTFOLIO,
    "list_filings": Sort.PORTFOLIO,
    "load_filing": Sort.PORTFOLIO,
    "derive_assessments": Sort.PORTFOLIO,
    "propose_cells": Sort.PORTFOLIO,
    "kept_numbers": Sort.FACTS,  # as kept_registers
    "kept_registers": Sort.FACTS,  # of portfolios that the caller sees alone
    "provenance_of": Sort.PORTFOLIO,
    "workbook_facts": Sort.PORTFOLIO,
    "validation_facts": Sort.PORTFOLIO,
    "list_archived": Sort.LISTS_OF_WORK,
    "list_corrections": Sort.LISTS_OF_WORK,
    "list_question_forms": Sort.LISTS_OF_WORK,
    "list_shares": Sort.LISTS_OF_WORK,
    "list_tokens": Sort.LISTS_OF_WORK,
    "create_token": Sort.WORK_ON_FACTS,
    "revoke_token": Sort.WORK,  # the analyst's own
    "longest_share_days": Sort.WORK_ON_FACTS,
    "add_alias": Sort.WORK_ON_FACTS,
    "add_signal": Sort.WORK_ON_FACTS,
    "import_feed": Sort.WORK_ON_FACTS,
    "poll_feeds": Sort.WORK_ON_FACTS,
    "subscribe": Sort.WORK_ON_FACTS,  # of a portfolio that the caller sees, or of all of them
    "unsubscribe": Sort.WORK_ON_FACTS,  # the caller's own, of an owner any
    "send_test": Sort.WORK_ON_FACTS,
    "list_subscriptions": Sort.WORK_ON_FACTS,
    "put_message": Sort.OWNER,
    "send_waiting": Sort.OWNER,
    "schedule_report": Sort.WORK,
    "end_report": Sort.WORK_ON_FACTS,  # the caller's own, of an owner any
    "list_reports": Sort.WORK_ON_FACTS,
    "send_pack_test": Sort.WORK_ON_FACTS,
    "put_pack": Sort.OWNER,
    "put_off": Sort.OWNER,
    "set_feed_interval": Sort.WORK_ON_FACTS,
    "import_incidents": Sort.WORK_ON_FACTS,
    "remove_alias": Sort.WORK_ON_FACTS,
    "remove_own_link": Sort.WORK_ON_FACTS,
    "remove_own_provider": Sort.WORK_ON_FACTS,
    "remove_own_service": Sort.WORK_ON_FACTS,
    "state_own_link": Sort.WORK_ON_FACTS,
    "state_own_provider": Sort.WORK_ON_FACTS,
    "state_own_service": Sort.WORK_ON_FACTS,
    "accept_option": Sort.WORK,
    "accept_correction": Sort.WORK,
    "ask_founder": Sort.WORK,
    "ask_proposed": Sort.WORK,
    "question_file": Sort.WORK,
    "question_form": Sort.WORK,
    "add_portfolio": Sort.WORK,
    "create_share": Sort.WORK,
    "decline_correction": Sort.WORK,
    "finish_decision": Sort.WORK,
    "judge": Sort.WORK,
    "keep_register": Sort.WORK,
    "draw_register": Sort.WORK,
    "state_filing": Sort.WORK,
    "decide_cells": Sort.WORK,
    "add_rows": Sort.WORK,
    "remove_rows": Sort.WORK,
    "take_back": Sort.WORK,
    "accept_proposals": Sort.WORK,
    "pack_filing": Sort.WORK,
    "remove_filing": Sort.WORK,
    "import_holdings": Sort.WORK,
    "undo_holdings": Sort.WORK,
    "state_fund": Sort.WORK,
    "preview_import": Sort.WORK,
    "publish_import": Sort.WORK,
    "record_decision": Sort.WORK,
    "keep_forecasts": Sort.WORK,
    "settle_forecast": Sort.WORK,
    "note_loss": Sort.WORK,
    "take_back_loss": Sort.WORK,
    "record_drill": Sort.WORK,
    "keep_contracts": Sort.WORK,
    "import_contracts": Sort.WORK,
    "check_provisions": Sort.WORK,
    "take_over": Sort.WORK,
    "remove_contract": Sort.WORK,
    "judge_many": Sort.WORK,
    "state_of_dependencies": Sort.WORK,
    "state_lines": Sort.WORK,
    "answer_question": Sort.WORK,
    "record_evaluation": Sort.WORK,
    "import_drills": Sort.WORK,
    "undo_drill_import": Sort.WORK,
    "reopen_decision": Sort.WORK,
    "list_opens": Sort.WORK,
    "revoke_share": Sort.WORK,  # the link is the analyst's own; a colleague's is in test_shares.py
    "save_portfolio": Sort.WORK,
    "keep_answer": Sort.WORK,
    "keep_narrowing": Sort.WORK,
    "keep_ending": Sort.WORK,
    "keep_margin_ranges": Sort.WORK,
    "remember_watch": Sort.WORK,
    "set_assumption": Sort.WORK,
    "set_currency": Sort.WORK,
    "set_limit": Sort.WORK,
    "state_facts": Sort.WORK,
    "take_back_judgement": Sort.WORK,
    "undo_batch": Sort.WORK,
    "end": Sort.WORK,
    "exit_startup": Sort.WORK,
    "rename": Sort.WORK,
    "merge": Sort.WORK,
    "rename_portfolio": Sort.WORK,
    "archive_portfolio": Sort.WORK,
    "unarchive_portfolio": Sort.WORK,
    "withdraw_decision": Sort.WORK,
    "withdraw_drill": Sort.WORK,
    "withdraw_evaluation": Sort.WORK,
    "actors_and_actions": Sort.OWNER,
    "assign_team": Sort.OWNER,
    "back_up": Sort.OWNER,
    "count_audit": Sort.OWNER,
    "delete_portfolio": Sort.OWNER,
    "list_audit": Sort.OWNER,
    "list_people": Sort.OWNER,
    "list_portfolio_teams": Sort.OWNER,
    "set_longest_share_days": Sort.OWNER,
    "restore": Sort.OWNER,
    "set_role": Sort.OWNER,
    "verify_audit": Sort.OWNER,
}

#: Of those that an analyst or owner may call: what they leave is no row in the audit trail.
LEAVE_NO_ROW = {
    *(name for name, sort in SERVICES.items() if REFUSED not in sort.value),
    "actors_and_actions",
    "count_audit",
    "list_audit",
    "list_archived",
    "list_corrections",
    "list_opens",
    "list_people",
    "list_portfolio_teams",
    "list_question_forms",
    "list_shares",
    "list_tokens",
    "longest_share_days",
    "preview_import",
    "question_file",
    "question_form",
    "verify_audit",
    # It belongs to the answer that was kept, whose row stands.
    "keep_narrowing",
    "keep_ending",
    "keep_margin_ranges",
    # The call finds no such folder and no such file; test_backups.py has them.
    "back_up",
    "restore",
    # The call finds everything as it wants it already.
    "add_portfolio",
    "publish_import",
    "keep_register",
    # The call finds no second startup to merge with.
    "merge",
    # The call finds no such own provider, service or link; test_own_facts.py has them.
    "remove_own_link",
    "remove_own_provider",
    "remove_own_service",
    "state_own_link",
    # The address is that of this machine, which is never called and no feed; no feed is due.
    "import_feed",
    # The call gives no reason; test_scenario_files.py does.
    "remove_file",
    "poll_feeds",
    # No channel is set and no subscription is there; test_subscriptions.py has them.
    "list_subscriptions",
    "put_message",
    "send_test",
    "send_waiting",
    "subscribe",
    "unsubscribe",
    # The same; test_scheduled_reports.py has them.
    "end_report",
    "list_reports",
    "put_off",
    "put_pack",
    "schedule_report",
    "send_pack_test",
    "set_feed_interval",
}

#: Public functions that ask nobody, each with the reason that a reader would accept.
ASK_NOBODY = {
    "api_calls.answer_of_call": "is about a token that was admitted",
    "api_calls.are_old_calls": "says whether anything is to be forgotten",
    "api_calls.begin_call": "is about a token that was admitted",
    "api_calls.drop_call": "writes of a call that its process began",
    "api_calls.find_job": "is about a token that was admitted",
    "api_calls.finish_call": "writes of a call that its process began",
    "api_calls.forget_calls": "deletes what was said to be kept for a day",
    "api_calls.hear_calls": "writes of calls that their process began",
    "backup_evidence.newest_drills": "works in the transaction of a service that has asked",
    "oversight.oversight_of": "works on files that the caller holds",
    "oversight.answer_of": "works on what the caller holds",
    "oversight.read_important": "reads a file that the caller holds",
    "oversight.read_population": "reads a file that the caller holds",
    "deadlines.stated_of_links": "reads for services that have asked",
    "drills.check_drill": "works on what the caller holds",
    "drills.drill_row": "works in the transaction of a service that has asked",
    "file_scopes.scope_of": "what a file is complete for, asked by the services that import it",
    "file_scopes.asked_about": "a question about a comparison that its caller was allowed to make",
    "file_scopes.told_what_stays": "a warning about a reading that its caller was allowed to make",
    "concerned.concerned_rows": "works in the transaction of a service that has asked",
    "concerned.rows_of_startups": "works in the transaction of a service that has asked",
    "portfolios.summary_of": "works on what the caller holds",
    "portfolios.known_currency": "works on what the caller holds",
    "counts.counted_once": "keeps what a service counts that has asked",
    "counts.startups_in": "works in the transaction of a service that has asked",
    "searching.has_dependency": "is a part of a question that a service asks",
    "searching.listed_providers": "works in the transaction of a service that has asked",
    "searching.mentions": "is a part of a question that a service asks",
    "valuations.rests_on": "works in the transaction of a service that has asked",
    "kept_answers.answer_of": "works in the transaction of a service that has asked",
    "kept_answers.bands_of": "works on what the caller holds",
    "kept_answers.rows_of": "works on what the caller holds",
    "run_history.basis_in": "works in the transaction of a service that has asked",
    "run_history.keep_run": "keeps what a service answered that has asked, for who may keep it",
    "run_history.write_run": "writes in the transaction of a service that has asked",
    "assumptions.assumptions_at": "works in the transaction of a service that has asked",
    "access.authorize": "is the question itself",
    "assumptions.assumptions_of": "works in the transaction of a service that has asked",
    "audit.record": "writes in the transaction of a service that has asked",
    "decision_results.as_decision": "works on what the caller holds",
    "decision_results.promised_and_done": "works on what the caller holds",
    "decision_results.terms_of": "works in the transaction of a service that has asked",
    "backup.back_up_before_migration": "is for whoever starts the program on the store",
    "filings.read_kept": "works on what the caller holds",
    "filings.read_identifiers": "works on what the caller holds",
    "filings.stated_facts": "works on what the caller holds",
    "filings.packed": "works on what the caller holds",
    "filings.tables_of": "works on what the caller holds",
    "filings.files_as_kept": "works on what the caller holds",
    "filing_checks.check_filing": "works on what the caller holds",
    "filing_checks.check_file": "works on what the caller holds",
    "limits.limits_in": "works in the transaction of a service that has asked",
    "corrections.keep_proposals": "works in the transaction of a visit that stands",
    "corrections.note_decision": "writes in the transaction of a service that has asked",
    "corrections.propose_correction": "is for a visit that stands, which visit_of has checked",
    "corrections.undecided": "works in the transaction of a service that has asked",
    "question_answers.attach_file": "is for a visit that stands, which visit_of has checked",
    "question_answers.draft_of": "is for a visit that stands, which visit_of has checked",
    "question_answers.remove_file": "is for a visit that stands, which visit_of has checked",
    "question_answers.save_answers": "is for a visit that stands, which visit_of has checked",
    "question_answers.send_answers": "is for a visit that stands, which visit_of has checked",
    "question_answers.tidy_name": "works on what the caller holds",
    "question_forms.answers_in": "works in the transaction of a service that has asked",
    "question_forms.files_in": "works in the transaction of a service that has asked",
    "questions.about_of": "works on what the caller holds",
    "questions.about_text": "works on what the caller holds",
    "exports.rows_file": "works on what the caller holds",
    "exports.sample_file": "comes with the product",
    "exports.template_file": "comes with the product",
    "channels.channels": "reads settings of the server and shows no address of them",
    "channels.channel_named": "reads settings of the server and shows no address of them",
    "channels.checked_recipient": "works on what the caller holds",
    "channels.takes_files": "reads settings of the server and shows no address of them",
    "subscriptions.waits_after": "works on what the caller holds",
    "channels.deliver": "sends what a service has put that has asked",
    "messages.send_message": "sends what the caller holds to an address of the operator's own",
    "feeds.is_address": "works on what the caller holds",
    "own_facts.same_name": "works on what the caller holds",
    "scenario_files.scenario_folder": "reads a setting of the server",
    "contracts.no_such_contract": "works in the transaction of a service that has asked",
    "people.actor_numbered": "says who somebody is, inside a service that asks next",
    "people.actor_of": "says who somebody is, for all others to ask about",
    "people.checked_team": "works on what the caller holds",
    "people.claim_ownership": "is for somebody without a role, who shows the code instead",
    "people.has_owner": "answers yes or no, for the server at its start",
    "people.sign_out": "ends what the caller proves to be theirs",
    "publishing.publish": "is the second half of publish_import, which has asked",
    "setup.initialise": "is for whoever starts the program on the store",
    "share_addresses.base_url": "says where the dashboard is, for services that have asked",
    "share_addresses.known_base_url": "says where the dashboard is, for services that have asked",
    "share_addresses.is_loopback": "works on what the caller holds",
    "share_addresses.note_served": "is for the server at its start",
    "share_addresses.stated_base_url": "reads a setting of the server",
    "share_contents.require_good_form": "works on what the caller holds",
    "share_contents.snapshot_of": "is for a visit that stands, which visit_of has checked",
    "share_rules.sharing_row": "works in the transaction of a service that has asked",
    "share_lists.may_revoke": "works on what the caller holds",
    "share_lists.visible_link": "works in the transaction of a service that has asked",
    "share_visits.note_export": "is for a visit that stands, which visit_of has checked",
    "share_visits.open_share": "is for readers without an account, who show a token instead",
    "share_visits.visit_of": "is for readers without an account, who show a visit instead",
    "shares.kind_of": "works on what the caller holds",
    "shares.note_share": "writes in the transaction of a service that has asked",
    "share_lists.state_of": "works on what the caller holds",
    "signals.provider_named": "works on what the caller holds",
    "signals.start_of_day": "works on what the caller holds",
    "tokens.count_uses": "is for the server, which has let these requests in",
    "tokens.token_caller": "is for programs, which show a token instead",
    "visible.file_seen_by": "is a condition for a service's own query",
    "visible.kept_portfolio": "works in the transaction of a service that has asked",
    "visible.number_of_name": "works in the transaction of a service that has asked",
    "visible.of_team": "is a condition for a service's own query",
    "visible.new_portfolio": "works in the transaction of a service that has asked",
    "visible.portfolio_to_write": "works in the transaction of a service that has asked",
    "visible.seen_by": "is a condition for a service's own query",
    "visible.sees": "works in the transaction of a service that has asked",
    "visible.visible_portfolio": "works in the transaction of a service that has asked",
}

OWN_PROVIDER = Provider(
    name="Helpdesk AI GmbH",
    roles=frozenset({Role.DEVELOPER, Role.HOST}),
    country="DE",
    website="",
    tier="",
    colour="",
    source="test",
    as_of="2026-11-01",
)
OWN_SERVICE = Service(
    name="Helpdesk AI",
    developer="Helpdesk AI GmbH",
    host="Helpdesk AI GmbH",
    form="api",
    source="test",
    as_of="2026-11-01",
)
OWN_LINK = UpstreamLink(
    upstream="OpenAI",
    downstream="Helpdesk AI GmbH",
    relation="gateway",
    effects={},
    source="test",
    as_of="2026-11-01",
)
DATA = b"startup,provider,contract\nAcme,OpenAI,C-1\n"
DRILLS = b"startup,kind,held_on,passed,total\nAcme,exit,2026-11-01,47,50\n"
_FILES = {"b_01.03.csv": b"c0010,c0020\r\nB1,LEI\r\n", "b_02.02.csv": b"c0010\r\nCA-1\r\n"}
FILING = zip_of(_FILES)
FACTS = FilingFacts(lei="LEI", scope="IND", country="DE", day=date(2025, 12, 31))
_CELL = CellDecision(table="B_01.03", row=0, column="c0030", value="Paris")
LOSS = RealisedLoss(
    startup="Acme",
    provider="OpenAI",
    kind=FailureKind.OUTAGE,
    first_day=date(2026, 11, 1),
    amount_usd=7.0,
    source="test",
)
ARGUMENTS: dict[str, Any] = {
    "accepted": [
        Proposal(
            table="B_01.03",
            row=None,
            column="",
            value="",
            reason="test",
            cells={"c0010": "B2"},
        )
    ],
    "cells": [_CELL],
    "decisions": [_CELL],
    "facts": FACTS,
    "filing": Filing(
        FilingSummary(
            number=1,
            portfolio="Fund",
            file_name="a.zip",
            drawn=False,
            facts=FACTS,
            made_by="Ann",
            made_at=datetime(2026, 11, 1, tzinfo=UTC),
            decided=0,
            revision=0,
            packed_as=None,
            packed_by=None,
            packed_at=None,
        ),
        Register({}),
        (),
    ),
    "address": "http://127.0.0.1/feed",
    "asking": Asking(
        own=("Who looks after it?",), due_on=datetime.now(UTC).date() + timedelta(days=1)
    ),
    "answer": "3",
    "minutes": 15,
    "channel": "mail",
    "subscription": 1,
    "title": "A title",
    "body": "A body",
    "key": "engineers~",
    "lines": ({"startup": "Acme", "provider": "OpenAI", "depth": "raw_api"},),
    "alias": Alias(
        text="x", answer=Answer.NO, developer=None, host=None, product=None, source="test"
    ),
    "batch": 1,
    "checks": {"art_30_2_h": Check(state=ProvisionState.AGREED)},
    "choices": (),
    "chosen": MOVE,
    "contract": "C-1",
    "contracts": (Contract(reference="C-1", governing_law="DE"),),
    "correction": 1,
    "data": DATA,
    "day": None,
    "startups": ("Acme",),
    "days": 30,
    "done": date(2026, 11, 1),
    "file": Path("no-such-folder") / "backup.sqlite3",
    "folder": Path(__file__).parent,
    "file_name": "a.csv",
    "fund": "One",
    "nav": 1_000.0,
    "source": "test",
    "header": ("startup", "provider", "contract"),
    "judgements": (Judgement(topic=Topic.ESCROW, value="yes", reason="test", startup="Acme"),),
    "judgement": Judgement(
        topic=Topic.ALIKE, value="0.8", reason="test", subject="GPT-4.1", other="Claude Opus 4.5"
    ),
    "loss": LOSS,
    "measure": Measure.DEVELOPER_SHARE,
    "name": "rate_multiple",
    "downstream": "Helpdesk AI GmbH",
    "upstream": "OpenAI",
    "note": DrillNote(
        startup="Acme",
        kind=DrillKind.EXIT,
        held_on=date(2026, 11, 1),
        evals_passed=47,
        evals_total=50,
        conducted_by="Ann",
        source="test",
    ),
    "noted": EvaluationNote(
        startup="Acme",
        other="Claude Opus 4.5",
        evaluation=Evaluation(
            today=0.9,
            other=0.8,
            cases=100,
            held_on=date(2026, 11, 1),
            name="golden",
            by="Ann",
        ),
        source="test",
    ),
    "number": 1,
    "on": date(2026, 11, 1),
    "option": "Claude API",
    "owner": "Ann",
    "person": 1,
    "portfolio": "Fund",
    "provider": "OpenAI",
    "providers": ("OpenAI",),
    "reason": "test",
    "reference": "C-1",
    "role": ActorRole.OWNER,
    "scenario": Scenario(id="x", title="x", root="OpenAI", kind=FailureKind.OUTAGE),
    "share": 1,
    "slices": (),
    "signal": Signal(
        provider="OpenAI", kind="down_round", at=datetime(2026, 11, 1, tzinfo=UTC), source="test"
    ),
    "startup": "Acme",
    "statement": Statement(startup="Acme", facts={"cash_usd": "7"}),
    "stay": STAY,
    "table": "startups",
    "team": "Blue",
    "text": "x",
    "to": "ACME",
    "today": date(2026, 11, 1),
    "use_case": "Unnamed use case",
    "value": 1.0,
    "worst": ("Acme",),
    "wanted": Wanted(portfolio="Fund", today=date(2026, 11, 1)),
    "watch": compare(
        "Fund",
        Readings(
            as_of=date(2026, 11, 1),
            measures={one: Reading(value=None, subject=None) for one in Measure},
            data="",
            facts="",
            model="",
            signals="",
        ),
        limits=(),
        before=None,
        since=None,
    ),
    "workers": ThisProcess().__enter__(),
}
#: A report of one's own portfolio that goes to one person.
REPORT = ScheduledReport(
    number=1,
    portfolio="Fund",
    slices=(),
    preset=Preset.EVERYTHING,
    forms=(Form.HTML,),
    channel="mail",
    recipients=("anna@example.com",),
    every=Every.MONTH,
    made_by="Ann",
    maker=ACTORS["owner"],
    made_at=datetime(2026, 11, 1, tzinfo=UTC),
    pack_day=date(2026, 11, 1),
    told={},
    told_on=None,
    waits_since=None,
    attempts=0,
    due_at=None,
    sent=0,
    waiting=0,
    failed=0,
    sent_at=None,
    problem=None,
)
#: Where a service means something else by the same name.
OWN_ARGUMENTS: dict[str, dict[str, Any]] = {
    "create_token": {"name": "A script", "scopes": [TokenScope.READ]},
    "revoke_token": {"token": 1},
    "catalog_for_scores": {"assumptions": DEFAULTS},
    "hazard_for_scores": {"assumptions": DEFAULTS},
    "put_message": {
        "subscription": Subscription(
            number=1,
            channel="mail",
            recipient="anna@example.com",
            portfolio=None,
            rhythm=Rhythm.WEEK,
            at_once=True,
            made_by="Ann",
            maker=ACTORS["owner"],
            made_at=datetime(2026, 11, 1, tzinfo=UTC),
            told={},
            told_at=None,
            digest_day=None,
            waiting=0,
            problem=None,
            sent_at=None,
        )
    },
    "schedule_report": {"forms": (Form.HTML,)},
    "end_report": {"report": 1},
    "send_pack_test": {"report": 1},
    "put_off": {"report": REPORT},
    "put_pack": {"report": REPORT, "day": date(2026, 12, 1)},
    "as_known_at": {"moment": datetime(2026, 11, 1, tzinfo=UTC)},
    "changes_since": {"day": date(2026, 11, 1)},
    "keep_register": {"data": FILING},
    # Of OpenAI they are kept already, and nothing is kept twice.
    "keep_forecasts": {"provider": "Cohere"},
    "settle_forecast": {"answer": Answered(outcome=Outcome.VOID, source="test")},
    "add_rows": {"rows": [("B_01.03", {"c0010": "B3"})]},
    "remove_rows": {"rows": [("B_01.03", 0)]},
    "add_portfolio": {"portfolio": Portfolio(name="Fund", startups=())},
    "decline_correction": {"correction": 2},
    # The name as rename_portfolio has left it by then.
    "delete_portfolio": {"typed": "FUND"},
    "merge": {"other": "Zeta"},
    "rename_portfolio": {"to": "FUND"},
    "export_table": {"portfolio": "Fund"},
    # The first one is taken back with its file by then.
    "withdraw_drill": {"number": 2},
    "import_drills": {"file": DrillFile(data=DRILLS, file_name="d.csv", conducted_by="Bo")},
    "import_holdings": {"file": HoldingsFile(data=b"company,fund\nAcme,One\n", file_name="a.csv")},
    "import_contracts": {
        "file": ContractFile(data=b"reference,provider\nC-3,OpenAI\n", file_name="c.csv")
    },
    "import_incidents": {"data": SIX},
    "remove_contract": {"reference": "C-2"},
    "state_of_dependencies": {
        "stated": (
            StatedOfDependency(
                startup="Acme",
                dependency_key=dependency_key("Acme", None, "OpenAI", None),
                facts={"region": "eu"},
                source="test",
            ),
        )
    },
    "list_batches": {"portfolio": "Fund"},
    "named_startups": {"names": ("Acme",)},
    "portfolio_week": {"answer": None},
    "load_portfolio": {"name": "Fund"},
    "currency_of": {"name": "Fund"},
    "set_currency": {"name": "Fund", "currency": "EUR"},
    # The link 1 is a snapshot, which asks nothing.
    "question_form": {"share": 2},
    "replay_named": {"name": "openai-crisis-2023"},
    "check_file": {"data": CRISIS},
    "draft_file": {"words": "OpenAI, board", "sort": SortOfFile.CRISIS},
    "file_text": {"name": "board"},
    "own_file": {"name": "board"},
    "keep_file": {"data": CRISIS, "name": "board", "change": True},
    "note_news": {
        "name": "board",
        "news": News(at=datetime(2026, 11, 3, 9, tzinfo=UTC), headline="More", source="test"),
    },
    "remove_file": {"name": "board", "reason": ""},
    "hour": {"asked": HourAsked(provider="OpenAI", at=datetime(2026, 11, 1, tzinfo=UTC))},
    "state_own_link": {"stated": OwnLink(link=OWN_LINK)},
    "state_own_provider": {"stated": OwnProvider(provider=OWN_PROVIDER)},
    "state_own_service": {"stated": OwnService(service=OWN_SERVICE)},
    "save_portfolio": {"portfolio": Portfolio(name="Fund", startups=())},
    "sliced_store": {"slices": ("sector=",)},
    "state_hash": {"name": "Fund"},
}
