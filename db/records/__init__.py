"""The tables of the store, as typed SQLAlchemy mappings, by noun."""

from db.records.base import Base, table_of
from db.records.funds import FundRecord, HoldingImportRecord, HoldingRecord
from db.records.hazard import (
    AssumptionOverrideRecord,
    FeedRecord,
    IncidentRecord,
    ServiceDayRecord,
    SignalRecord,
    WatchLimitRecord,
    WatchReadingRecord,
)
from db.records.history import (
    AuditHeadRecord,
    AuditRecord,
    BatchRecord,
    DecisionRecord,
    MadeRowsRecord,
    RowVersionRecord,
)
from db.records.people import PersonRecord, PortfolioTeamRecord
from db.records.readiness import DecisionTermsRecord, DrillRecord, JudgementRecord
from db.records.reference import (
    AliasRecord,
    FailureRateRecord,
    LinkEffectRecord,
    ModelRecord,
    OfferRecord,
    ProviderRecord,
    ReferenceLoadRecord,
    RetirementRecord,
    ServiceRecord,
    UpstreamLinkRecord,
)
from db.records.register import (
    DependencyRecord,
    FactRecord,
    PastRegisterRecord,
    PortfolioRecord,
    StagingRecord,
    StartupRecord,
    UseCaseRecord,
)
from db.records.scores import KeptAnswerRecord, KeptColumnRecord
from db.records.sharing import (
    CorrectionRecord,
    ShareAttemptRecord,
    ShareLinkRecord,
    ShareVisitRecord,
    SharingRecord,
    SnapshotRecord,
)

__all__ = [
    "AliasRecord",
    "AssumptionOverrideRecord",
    "AuditHeadRecord",
    "AuditRecord",
    "Base",
    "BatchRecord",
    "CorrectionRecord",
    "DecisionRecord",
    "DecisionTermsRecord",
    "DependencyRecord",
    "DrillRecord",
    "FactRecord",
    "FailureRateRecord",
    "FeedRecord",
    "FundRecord",
    "HoldingImportRecord",
    "HoldingRecord",
    "IncidentRecord",
    "JudgementRecord",
    "KeptAnswerRecord",
    "KeptColumnRecord",
    "LinkEffectRecord",
    "MadeRowsRecord",
    "ModelRecord",
    "OfferRecord",
    "PastRegisterRecord",
    "PersonRecord",
    "PortfolioRecord",
    "PortfolioTeamRecord",
    "ProviderRecord",
    "ReferenceLoadRecord",
    "RetirementRecord",
    "RowVersionRecord",
    "ServiceDayRecord",
    "ServiceRecord",
    "ShareAttemptRecord",
    "ShareLinkRecord",
    "ShareVisitRecord",
    "SharingRecord",
    "SignalRecord",
    "SnapshotRecord",
    "StagingRecord",
    "StartupRecord",
    "UpstreamLinkRecord",
    "UseCaseRecord",
    "WatchLimitRecord",
    "WatchReadingRecord",
    "table_of",
]
