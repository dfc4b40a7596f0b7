"""The relations of the method (metamorphic: how the answer must change when the question does).

By number, with the place of each. "Loss" and "portfolio" are the modules beside this one, which
test the whole model on the small world; the others lie next to what they are about.

1, 2 money or its unit scaled: portfolio/test_three_startups (any unit, score unchanged).
3 revenue, AI share, share, criticality, margin: loss.
4 longer, 6 deeper: loss.
7 notice, 8 buffer, 9 fallback, 10 fallback down: loss; loss/test_formulas (10).
11 harder switch, 12 engineers, 13 likeness: loss.
14 any rate: portfolio; ×2: portfolio/test_three_startups. Expected loss only rises exactly; the
   score takes its tail from a grid, so it may fall by what the grid is worth.
15 nothing depended on: portfolio/test_three_startups. 16 bounds: loss.
17 order and names: portfolio; portfolio/test_three_startups (order of startups). Names of startups
   are turned only where every fact is known: unknown ones are drawn by name.
18 two half-stakes: not tested. The register knows no stakes; a portfolio is its whole startups.
19 an event in two halves, 20 the curve, 21 value at risk below its tail: portfolio.
22 subadditive, comonotone: portfolio; contributions sum: portfolio/test_three_startups.
23, 24 a second route: loss; portfolio/test_three_startups. 25 one more that is needed: loss.
26 two roots become one: portfolio (HHI, N_Z, tail). 27 N_Z of providers that never or always fall
   together: portfolio/test_dependence, with providers in place of the matrices I and 11ᵀ.
28 equal shares: portfolio/test_structure. 29, 44 herd: alternatives/test_rationing.
30, 31 signals: hazard/test_signals, hazard/test_wind_down; as rates in hazard/test_learned_rates.
32 own rate and market: hazard/test_market_prior, hazard/test_learned_rates (an old record).
33 no forgetting: hazard/test_frequency.
34 a fact learnt at its prior median: portfolio, for the width of the answer, one fact at a time.
35 Shapley: alternatives/test_shapley.
36 parts: portfolio/test_three_startups; their order: portfolio.
37 the portfolio plan: alternatives/planning. 38 dominated options: alternatives/test_options,
   alternatives/planning.
39 same seed, same bytes, and another seed's mean: portfolio/test_simulation; the exact answer to
   the last bit: portfolio, golden.
40 a link twice: portfolio, hazard/test_supply_chain. 41 a loop: hazard/test_supply_chain.
42 runway: oracle/test_runway; on the whole model: loss. 43 not above the linear bound: portfolio.

Besides these: what one startup loses does not depend on who else is in the portfolio.

Known not to hold, and therefore not tested: a startup's contribution to the tail can rise when
another's risk falls.
"""
