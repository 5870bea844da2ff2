"""The network: a small encoder-decoder that answers background, curve 1 or curve 2 for each pixel.

Separate because the checkpoint names this shape and nothing else in the house may depend on it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

CLASSES = 3
#: The deepest level is reduced by this factor; inputs are padded to whole multiples of it.
STRIDE = 16
#: Half-resolution cells over which a column's (a row's) mean ink is taken: 130 px down, 66 px across. Grid lines keep
#: their column or row that long, curves move on.
TALL_CELLS, WIDE_CELLS = 65, 33
#: Channels handed to full resolution; with the ink itself they are eight, which the CPU's vectors like (a third faster
#: to train than nine).
SPREAD = 7
#: What a block at 1/16 multiplies by last: at nought it adds nothing.
_LAST_NORM = "body.4.weight"


@dataclass(frozen=True, slots=True)
class NetworkSpec:
    """What a checkpoint must say to rebuild its network.

    Parameters
    ----------
    widths
        Channels at 1/2, 1/4, 1/8 and 1/16 of the resolution.
    reach
        Dilations down the log of the blocks at 1/16, in cells of 16 px: how far above and below a dash is looked for.
    fine
        Channels at full resolution.
    """

    widths: tuple[int, int, int, int] = (16, 32, 48, 128)
    reach: tuple[int, ...] = (1, 2, 4, 8, 16)
    fine: int = 8


class _Double(nn.Sequential):
    def __init__(self, into: int, out: int) -> None:
        super().__init__(*_conv(into, out), *_conv(out, out))


def _conv(into: int, out: int, dilation: tuple[int, int] = (1, 1)) -> tuple[nn.Module, ...]:
    convolution = nn.Conv2d(into, out, 3, padding=dilation, dilation=dilation, bias=False)
    return convolution, nn.BatchNorm2d(out, momentum=0.05), nn.ReLU(inplace=True)


class _Tall(nn.Module):
    """A residual block that looks ``16 * reach`` px up and down: dashes are a fact of hundreds of rows."""

    def __init__(self, width: int, reach: int) -> None:
        super().__init__()
        self.body = nn.Sequential(
            *_conv(width, width, (reach, 1)),
            nn.Conv2d(width, width, 1, bias=False),
            nn.BatchNorm2d(width, momentum=0.05),
        )

    def forward(self, x: Tensor) -> Tensor:
        return functional.relu(x + self.body(x), inplace=True)


class _Across(nn.Module):
    """Tells every cell what stands anywhere in its rows: a dashed stroke is curve 2 only where a solid one runs beside it.

    Adds nothing at first, so that it can join weights trained without it.
    """

    def __init__(self, width: int) -> None:
        super().__init__()
        self.gather = nn.Conv2d(width, width, (5, 1), padding=(2, 0))
        self.tell = nn.Conv2d(width, width, 1)
        nn.init.zeros_(self.tell.weight)
        nn.init.zeros_(self.tell.bias)  # type: ignore[arg-type]

    def forward(self, x: Tensor) -> Tensor:
        most = x.amax(3, keepdim=True)  # (n, width, h, w) -> (n, width, h, 1)
        out: Tensor = x + self.tell(functional.relu(self.gather(most)))
        return out


class _Up(nn.Module):
    """Double the resolution of ``below`` and join it with ``beside``."""

    def __init__(self, below: int, beside: int) -> None:
        super().__init__()
        self.narrow = nn.Conv2d(below, beside, 1)
        self.body = _Double(2 * beside, beside)

    def forward(self, below: Tensor, beside: Tensor) -> Tensor:
        wide = functional.interpolate(self.narrow(below), scale_factor=2.0, mode="nearest")
        out: Tensor = self.body(torch.cat((wide, beside), 1))
        return out


class OwnerNet(nn.Module):
    """Logits of the three classes; sees about 700 rows up and down.

    Plain 3x3 convolutions behind a pixel-unshuffle stem: on a CPU depthwise and full-resolution stems were slower for
    the same score (research: segmenter, section 2).
    """

    def __init__(self, spec: NetworkSpec) -> None:
        super().__init__()
        self.spec = spec
        a, b, c, d = spec.widths
        self.down1, self.down2, self.down3, self.down4 = _Double(6, a), _Double(a, b), _Double(b, c), _Double(c, d)
        self.tall = nn.ModuleList(_Tall(d, reach) for reach in spec.reach)
        self.across = nn.ModuleList(_Across(d) for _ in spec.reach[1::2])
        self.up3, self.up2, self.up1 = _Up(d, c), _Up(c, b), _Up(b, a)
        self.spread = nn.Conv2d(a, 4 * SPREAD, 1)
        self.fine = nn.Sequential(*_conv(SPREAD + 1, spec.fine), nn.Conv2d(spec.fine, CLASSES, 3, padding=1))

    def take_up(self, weights: Mapping[str, Tensor]) -> None:
        """Load the weights of this network, or of one with fewer blocks at 1/16: the blocks beyond add nothing at first.

        Raises
        ------
        RuntimeError
            They belong to a network of another shape.
        """
        taken = dict(weights)
        blocks = len({key.split(".")[1] for key in taken if key.startswith("tall.")})
        for at in range(blocks, len(self.tall)):
            own = {f"tall.{at}.{key}": value for key, value in self.tall[at].state_dict().items()}
            own[f"tall.{at}.{_LAST_NORM}"] = torch.zeros_like(own[f"tall.{at}.{_LAST_NORM}"])
            if at % 2:
                own |= {f"across.{at // 2}.{key}": value for key, value in self.across[at // 2].state_dict().items()}
            taken = own | taken
        self.load_state_dict(taken)

    def forward(self, ink: Tensor) -> Tensor:
        """Return logits.

        Parameters
        ----------
        ink
            ``(n, 1, h, w)`` float, 0 paper to 1 ink; h and w multiples of `STRIDE`.

        Returns
        -------
        ``(n, 3, h, w)`` float.
        """
        return self.answer(*self.seen(ink), ink)

    def looked(self, ink: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return the logits, and what is seen of the ink on the way: ``(n, d, h/16, w/16)`` and ``(n, c, h/8, w/8)``."""
        deep, third, second, first = self._levels(ink)
        middle = self.up3(deep, third)
        return self.answer(self.up2(middle, second), first, ink), deep, middle

    def seen(self, ink: Tensor) -> tuple[Tensor, Tensor]:
        """Return what is seen of the ink before classes are told: ``(n, b, h/4, w/4)`` and ``(n, a, h/2, w/2)``."""
        deep, third, second, first = self._levels(ink)
        return self.up2(self.up3(deep, third), second), first

    def _levels(self, ink: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Return what is seen at 1/16, 1/8, 1/4 and 1/2 of the resolution."""
        first = self.down1(with_context(ink))  # (n, a, h/2, w/2)
        second = self.down2(functional.max_pool2d(first, 2))
        third = self.down3(functional.max_pool2d(second, 2))
        deep = self.down4(functional.max_pool2d(third, 2))  # (n, d, h/16, w/16)
        for at, block in enumerate(self.tall):
            deep = self.across[at // 2](block(deep)) if at % 2 else block(deep)
        return deep, third, second, first

    def answer(self, below: Tensor, first: Tensor, ink: Tensor) -> Tensor:
        """Return the logits, ``(n, 3, h, w)``, of ink and of what was `seen` of it: the part that a person's log may move."""
        half = self.up1(below, first)
        full = functional.pixel_shuffle(self.spread(half), 2)  # (n, SPREAD, h, w)
        out: Tensor = self.fine(torch.cat((full, ink), 1))
        return out


def with_context(ink: Tensor) -> Tensor:
    """Return the stem's six half-resolution channels: the four sub-pixels, tall column mean and wide row mean.

    ``(n, 1, h, w)`` -> ``(n, 6, h/2, w/2)``.
    """
    cells = functional.pixel_unshuffle(ink, 2)
    mean = cells.mean(1, keepdim=True)
    down = functional.avg_pool2d(mean, (TALL_CELLS, 1), stride=1, padding=(TALL_CELLS // 2, 0), count_include_pad=False)
    across = functional.avg_pool2d(
        mean, (1, WIDE_CELLS), stride=1, padding=(0, WIDE_CELLS // 2), count_include_pad=False
    )
    return torch.cat((cells, down, across), 1)


def fused(network: OwnerNet) -> OwnerNet:
    """Return the network, in evaluation mode, with every batch norm folded into the convolution before it."""
    network.eval()
    for module in list(network.modules()):
        if isinstance(module, nn.Sequential):
            _fold(module)
    return network


def _fold(chain: nn.Sequential) -> None:
    for at in range(len(chain) - 1):
        convolution, norm = chain[at], chain[at + 1]
        if isinstance(convolution, nn.Conv2d) and isinstance(norm, nn.BatchNorm2d):
            chain[at] = torch.nn.utils.fusion.fuse_conv_bn_eval(convolution, norm)
            chain[at + 1] = nn.Identity()
