"""Which patterns reach a startup, and the joint states that they amount to.

Events that put all dependencies of a startup into the same states, for as long, are one mass:
there are a few dozen of these among thousands of patterns. docs/method.md §4.
"""

from typing import Any

import numpy as np

#: Joint states and dependencies of one startup that are kept apart; more are refused.
MOST_JOINT, MOST_ROWS = 2_048, 64


def gather(
    one: int,
    entries: Any,
    member: Any,
    route: Any,
    country: Any,
    hits: Any,
    state_country: Any,
    pattern_law: Any,
    seen: Any,
    touched: Any,
    states: Any,
    codes: Any,
) -> int:
    """Find every pattern that reaches a startup, and code the states it puts its rows into.

    Returns how many there are; ``touched`` names them, ``states`` (patterns, rows) and ``codes``
    (patterns,) hold what they do.
    """
    hit_start, hit_pattern, hit_state = hits
    count = 0
    size = entries[1] - entries[0]
    for position in range(size):
        i = member[entries[0] + position]
        for k in range(hit_start[route[i]], hit_start[route[i] + 1]):
            state = hit_state[k]
            if state_country[state] >= 0 and state_country[state] != country[one]:
                continue
            pattern = hit_pattern[k]
            if seen[pattern] != one:
                seen[pattern] = one
                touched[count] = pattern
                count += 1
                codes[pattern] = np.uint64(pattern_law[pattern] + 1)
                for other in range(size):
                    states[pattern, other] = -1
            states[pattern, position] = state
            step = np.uint64(position * 1_000_003 + state + 1)
            codes[pattern] = codes[pattern] * np.uint64(6364136223846793005) + step
    return count


def merge(
    count: int,
    touched: Any,
    codes: Any,
    pattern_rate: Any,
    table: Any,
    joint_of: Any,
    joint_rate: Any,
    joint_at: Any,
) -> int:
    """Add up the rates of patterns with equal codes; returns how many differ, -1 if too many.

    ``joint_of`` names one pattern of each, ``joint_rate`` holds their rates, ``joint_at``
    (patterns,) says which each pattern belongs to; ``table`` is a hash table of codes.
    """
    joints = 0
    table[:] = -1
    for t in range(count):
        pattern = touched[t]
        entry = np.int64((codes[pattern] >> np.uint64(40)) % np.uint64(len(table)))
        while table[entry] >= 0 and codes[joint_of[table[entry]]] != codes[pattern]:
            entry = (entry + 1) % len(table)
        if table[entry] < 0:
            if joints == len(joint_of):
                return -1
            table[entry] = joints
            joint_of[joints] = pattern
            joint_rate[joints] = 0.0
            joints += 1
        joint_rate[table[entry]] += pattern_rate[pattern]
        joint_at[pattern] = table[entry]
    return joints


def joint_states(one: int, who: Any, hits: Any, space: Any) -> tuple[int, int]:
    """The patterns that reach a startup and the joint states they amount to: how many of each.

    The second is -1 where the startup has too many dependencies or states.
    """
    seen, touched, states, codes, table, joint_of, joint_rate, joint_at = space[:8]
    dependencies = (who[0][one], who[0][one + 1])
    if dependencies[1] - dependencies[0] > MOST_ROWS:
        return 0, -1
    count = gather(
        *(one, dependencies, who[3], who[5], who[4], hits[:3], hits[3]),
        *(hits[5], seen, touched, states, codes),
    )
    joints = merge(count, touched, codes, hits[4], table, joint_of, joint_rate, joint_at)
    return count, joints
