"""Small registers of information drawn at random: few entities and firms, every kind of gap."""

from dataclasses import replace

from hypothesis import strategies as st

from tests.dora.registers import BANK, CLOUD, INSURER, NO, NOT_ASSESSED, SAAS, YES, Small, Use

ENTITIES, FIRMS = ("alpha", "beta", "gamma", "delta"), ("north", "south", "west", "top")

uses = st.builds(
    Use,
    entity=st.sampled_from(ENTITIES),
    provider=st.sampled_from(FIRMS),
    critical=st.sampled_from([YES, NO, NOT_ASSESSED, ""]),
    contract=st.sampled_from(["C1", "C2", ""]),
    function=st.sampled_from(["F1", "F2", ""]),
    service=st.sampled_from([CLOUD, SAAS]),
    end=st.sampled_from(["9999-12-31", "2025-12-31", "2024-12-31", "2025-06-30"]),
    substitutability=st.sampled_from(["", *(f"eba_ZZ:x{code}" for code in (959, 960, 961, 962))]),
    reason=st.sampled_from(["", "eba_ZZ:x963", "eba_ZZ:x964", "eba_ZZ:x965"]),
)
listed = st.dictionaries(
    st.sampled_from(ENTITIES),
    st.tuples(
        st.sampled_from([BANK, INSURER, "", "eba_CT:x317"]),
        st.sampled_from(["", "10", "250", "3000"]),
    ),
)
registers = st.builds(
    Small,
    filer=st.sampled_from([*ENTITIES, "holding"]),
    entities=listed.map(lambda found: [(who, *said) for who, said in found.items()]),
    uses=st.lists(uses, min_size=1, max_size=6),
    scope=st.sampled_from(["IND", "CON"]),
    day=st.sampled_from(["2024-12-31", "2025-12-31"]),
    parents=st.dictionaries(st.sampled_from(FIRMS), st.sampled_from(FIRMS), max_size=3),
    chain=st.lists(
        st.tuples(
            st.sampled_from(["C1", "C2", "alpha-north"]),
            st.sampled_from([CLOUD, SAAS]),
            st.sampled_from(FIRMS),
            st.sampled_from(["1", "2", "3", ""]),
        ),
        max_size=3,
    ),
)


@st.composite
def several(draw: st.DrawFn) -> list[Small]:
    found = draw(st.lists(registers, min_size=1, max_size=3))
    # Two packages of one filer for one day were made at different times.
    return [replace(one, made=f"2026031510150000{at}") for at, one in enumerate(found)]
