"""How far each of the model's numbers could reasonably be off: the ranges of the tornado.

The bounds in :mod:`risk.assumptions` are hard limits, mostly logical ones (a share lies between
0 and 1). The ranges here are narrower: what a knowledgeable reader could argue for. All of them
are judgement; a number without an entry is moved between its hard limits. docs/method.md §7.
"""

from collections.abc import Mapping

PLAUSIBLE: Mapping[str, tuple[float, float]] = {
    # 2.1 Margin at risk.
    "criticality_1": (0.05, 0.2),
    "criticality_2": (0.15, 0.4),
    "criticality_3": (0.35, 0.65),
    "criticality_4": (0.65, 0.9),
    "criticality_5": (0.85, 1.0),
    # 2.2 Time to switch.
    "effort_gateway": (0.2, 1.0),
    "effort_raw_api": (0.75, 3.0),
    "effort_prompts": (1.5, 6.0),
    "effort_embeddings": (2.0, 8.0),
    "effort_agents": (3.0, 12.0),
    "effort_fine_tuned": (4.0, 16.0),
    "substitutability_same_model": (0.95, 1.0),
    "substitutability_same_developer": (0.8, 0.97),
    "substitutability_frontier": (0.6, 0.9),
    "substitutability_open_weights": (0.4, 0.8),
    "substitutability_fine_tuned": (0.2, 0.6),
    "exit_plan_tested": (0.4, 0.8),
    "exit_plan_written": (0.7, 1.0),
    "engineers_available": (0.25, 0.75),
    "team_exponent": (0.5, 0.9),
    "legal_days": (5.0, 30.0),
    "residency_review_days": (20.0, 90.0),
    "evaluation_days": (1.0, 10.0),
    # 2.3 Lost service days.
    "buffer_hours": (0.25, 4.0),
    "fallback_documented": (0.05, 0.4),
    "fallback_untested": (0.25, 0.7),
    "fallback_tested": (0.6, 0.9),
    "fallback_automatic": (0.85, 0.99),
    "failover_documented_days": (0.25, 3.0),
    "failover_untested_days": (0.04, 0.5),
    "failover_tested_days": (0.005, 0.1),
    "failover_automatic_days": (0.0005, 0.02),
    "fallback_test_valid_days": (90.0, 365.0),
    "fallback_test_fresh_days": (30.0, 180.0),
    "drill_pass_share": (0.8, 0.98),
    "fallback_shared_root": (0.1, 0.6),
    # 2.4 Money.
    "recapture": (0.0, 0.5),
    "churn_maximum": (0.25, 0.8),
    "churn_scale_days": (5.0, 20.0),
    "churn_exponent": (1.2, 2.0),
    "churn_horizon_days": (180.0, 730.0),
    "quality_loss": (0.1, 0.5),
    "quality_days": (30.0, 180.0),
    "engineer_week_usd": (2_000.0, 8_000.0),
    "evaluation_usd": (500.0, 10_000.0),
    "fine_tune_usd": (5_000.0, 60_000.0),
    "price_horizon_months": (6.0, 24.0),
    "price_multiple": (1.3, 4.0),
    "replacement_price_change": (0.0, 0.25),
    "unknown_notice_days": (0.0, 90.0),
    # 2.5 Runway.
    "burn_volatility": (0.1, 0.5),
    # 1.1, 1.2 Falter settings without data.
    "tail_stretch": (1.0, 1.25),
    "rate_multiple": (0.5, 2.0),
    "competitor_access_multiple": (2.0, 15.0),
    "crisis_window_days": (7.0, 90.0),
    "crisis_outage_multiple": (1.0, 3.0),
    "crisis_acquisition_multiple": (2.0, 15.0),
    "region_share": (0.1, 0.7),
    # 1.5 Links made by rule.
    "licensed_outage": (0.03, 0.3),
    "licensed_wind_down": (0.05, 0.6),
    "licensed_wind_down_long": (0.2, 0.9),
    "licensed_price": (0.4, 1.0),
    "licensed_acquisition": (0.2, 0.8),
    "own_acquisition": (0.02, 0.3),
    "licensed_regional_block": (0.2, 0.8),
    # 1.6 What the map misses.
    "frailty_variance": (0.05, 0.4),
    # 2.7 Herd.
    "queue_days": (0.0, 20.0),
    # 3 Score.
    "score_floor": (0.005, 0.02),
    "score_ceiling": (0.5, 2.0),
    "fallback_gross_margin": (0.5, 0.85),
    # 4.7, 5.4 Choosing.
    "cost_of_capital": (0.03, 0.15),
    "annualise_years": (1.0, 5.0),
    # 5 Alternatives.
    "input_per_output_tokens": (1.0, 20.0),
    "reserved_spend_share": (0.1, 0.6),
    "contract_notice_days": (90.0, 365.0),
    "contract_usd": (5_000.0, 50_000.0),
    "contract_spend_share": (0.0, 0.15),
    "step_in_survival": (0.2, 0.8),
    "gateway_weeks": (1.0, 6.0),
    "gateway_spend_share": (0.02, 0.15),
    "gpu_usd_per_hour": (1.5, 5.0),
    "gpu_count": (4.0, 16.0),
    "api_usd_per_month_per_gpu": (1_000.0, 5_000.0),
    "self_host_engineer_share": (0.1, 1.0),
    # What a fact probably is when nobody stated it. Ranges of one fact's points do not overlap.
    "unknown_revenue_low": (150_000.0, 600_000.0),
    "unknown_revenue": (1_000_000.0, 4_000_000.0),
    "unknown_revenue_high": (8_000_000.0, 30_000_000.0),
    "unknown_gross_margin_low": (0.3, 0.5),
    "unknown_gross_margin": (0.55, 0.7),
    "unknown_gross_margin_high": (0.75, 0.9),
    "unknown_ai_share_low": (0.05, 0.3),
    "unknown_ai_share": (0.35, 0.7),
    "unknown_ai_share_high": (0.8, 1.0),
    "unknown_engineers_low": (1.0, 4.0),
    "unknown_engineers": (5.0, 15.0),
    "unknown_engineers_high": (20.0, 80.0),
    "unknown_spend_share_low": (0.005, 0.02),
    "unknown_spend_share": (0.03, 0.1),
    "unknown_spend_share_high": (0.12, 0.4),
}
