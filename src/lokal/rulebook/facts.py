"""Which facts a rulebook declares, and what they are called."""

from lokal.rulebook.model import Block, Fact, FactKind, Ladder, Operation, PerUnit, Ratio, Rulebook

DONE = "done"
ALWAYS = "always"


def declared_facts(rulebook: Rulebook) -> dict[str, Fact]:
    """Return every fact that a dossier may state: shared ones, blocks' own, and those that operations and `fitted` bring."""
    facts = dict(rulebook.facts)
    for block in rulebook.blocks:
        facts.update({f"{block.id}.{name}": fact for name, fact in block.facts.items()})
        if block.fitted is None and "fitted" not in block.facts:
            facts[f"{block.id}.fitted"] = Fact(ru=f"Есть на автомобиле: {block.ru}", en=f"Fitted: {block.en}", kind="flag")
        for operation in block.operations:
            kind = own_kind(operation)
            if kind:
                name = f"{block.id}.{operation.id}"
                facts[name] = Fact(ru=f"{block.ru}: {operation.ru}", en=f"{block.en}: {operation.en}", kind=kind)
    return facts


def own_kind(operation: Operation) -> FactKind | None:
    """Return the kind of an operation's own fact, or None where it has none (share tiers, R&D)."""
    award = operation.award
    if isinstance(award, Ratio):
        return None if award.count else "count"
    if isinstance(award, Ladder):
        return "points"
    if isinstance(award, PerUnit):
        return None
    needs = operation.requires
    return "flag" if needs is None or DONE in needs else None


def full_name(block: Block, fact: str) -> str:
    """Return a fact's full name: a name without a dot is the block's own."""
    return fact if "." in fact else f"{block.id}.{fact}"
