from dataclasses import dataclass


@dataclass
class S:
    concentration: object
    dependence: object
    listed_providers: int
    dependence_adjusted: object
    single_points: object
    pairs: object


def structure_of(v):
    return S({}, (), 0, None, (), ())


Structure = S
