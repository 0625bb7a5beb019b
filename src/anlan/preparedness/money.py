"""Money as people read it. Stored is fen; screens say yuan."""

from decimal import Decimal

FEN_A_YUAN = 100


def yuan(fen: int) -> str:
    """1 234 567 fen → “12,345.67”; whole yuan without the fen."""
    whole, rest = divmod(abs(fen), FEN_A_YUAN)
    sign = "-" if fen < 0 else ""
    return f"{sign}{whole:,}" + (f".{rest:02d}" if rest else "")


def fen(amount_yuan: Decimal) -> int:
    """Yuan with at most two decimals as fen."""
    return int(amount_yuan * FEN_A_YUAN)
