"""Which facts a block of a scale may read."""

from collections.abc import Iterable, Iterator

from lokal.scale.model import Case, LadderAward, Need, PerUnitAward, RatioAward, ScaleAward, ScaleBlock, Share


def facts_read(block: ScaleBlock) -> frozenset[str]:
    """Return every fact that can change a block's points."""
    return frozenset(_names(block))


def _names(block: ScaleBlock) -> Iterator[str]:
    if block.fitted:
        yield block.fitted
    for operation in block.operations:
        yield from _of_needs(operation.needs)
        yield from _of_cases(operation.cases)
        yield from _of_award(operation.award)
    for coefficient in block.coefficients:
        for case in coefficient.cases:
            yield from _of_needs(case.needs)


def _of_award(award: ScaleAward) -> Iterator[str]:
    if isinstance(award, RatioAward):
        yield from _of_share(award.share)
    elif isinstance(award, LadderAward):
        yield award.score
        if award.share:
            yield from _of_share(award.share)
    elif isinstance(award, PerUnitAward):
        yield from (award.amount, award.base)
        yield from _of_cases(award.caps)


def _of_share(share: Share) -> Iterator[str]:
    yield from (share.count, share.of)


def _of_cases(cases: Iterable[Case]) -> Iterator[str]:
    for case in cases:
        yield from _of_needs(case.when)


def _of_needs(needs: Iterable[Need]) -> Iterator[str]:
    for need in needs:
        if need.fact:
            yield need.fact
        yield from _of_needs(need.any)
