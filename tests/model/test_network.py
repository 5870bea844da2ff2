"""The network answers exclusively, at any size, and the same after folding."""

from __future__ import annotations

import pytest
import torch

from veerdesk.model.network import CLASSES, NetworkSpec, OwnerNet, fused

TINY = NetworkSpec(widths=(8, 8, 16, 16), reach=(1, 2), fine=8)


def _trained_a_little() -> OwnerNet:
    torch.manual_seed(3)
    network = OwnerNet(TINY)
    for _ in range(3):
        network(torch.rand(2, 1, 32, 48))
    return network


def test_one_answer_a_pixel() -> None:
    network = _trained_a_little().eval()

    with torch.inference_mode():
        out = network(torch.rand(1, 1, 64, 80))

    assert out.shape == (1, CLASSES, 64, 80)


def test_a_network_that_grows_answers_as_before_and_learns_with_all_of_it() -> None:
    before = _trained_a_little()
    grown = OwnerNet(NetworkSpec(TINY.widths, (1, 2, 4, 8), TINY.fine))
    ink = torch.rand(2, 1, 64, 80)

    grown.take_up(before.state_dict())
    with torch.inference_mode():
        said, says = before.eval()(ink), grown.eval()(ink)
    grown.train()(ink).square().mean().backward()

    torch.testing.assert_close(said, says, atol=0, rtol=0)
    last = [block.body[4].weight.grad for block in grown.tall]  # type: ignore[union-attr,index]
    assert all(grad is not None and bool((grad != 0).any()) for grad in last)


def test_weights_of_another_shape_are_refused() -> None:
    other = OwnerNet(NetworkSpec((8, 8, 16, 24), (1, 2), 8)).state_dict()
    longer = OwnerNet(NetworkSpec(TINY.widths, (1, 2, 4), TINY.fine)).state_dict()

    for weights in (other, longer):
        with pytest.raises(RuntimeError):
            OwnerNet(TINY).take_up(weights)


def test_folding_batch_norm_changes_no_answer() -> None:
    network = _trained_a_little().eval()
    ink = torch.rand(1, 1, 64, 80)

    with torch.inference_mode():
        before = network(ink)
        after = fused(network)(ink)

    assert not any(isinstance(m, torch.nn.BatchNorm2d) for m in network.modules())
    torch.testing.assert_close(before, after, atol=1e-4, rtol=1e-4)


def test_a_row_far_above_is_seen() -> None:
    torch.manual_seed(3)
    network = OwnerNet(NetworkSpec()).eval()
    plain = torch.zeros(1, 1, 1024, 32)
    marked = plain.clone()
    marked[:, :, 60:70] = 1.0

    with torch.inference_mode():
        moved = (network(plain) - network(marked)).abs().amax((0, 1, 3))

    assert moved[60 + 200 :].max() > 0
    assert moved[60 + 760 :].max() == 0
