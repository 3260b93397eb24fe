"""What the language model is to believe where it names an emotion: the trunks, and the truth.

A label says which emotion was acted, a trunk how far each could be told from this clip. Learning
both (knowledge distillation; Hinton et al. 2015, arXiv 1503.02531) needs fewer clips than the label
alone. The trunks have not seen the clip (`training.data.folds`), so they are not surer than they
would be of a stranger. A rationale may also learn from the direct answer, which has read the same
prompt: then the two agree where both are in doubt.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from model.layout import MODALITIES
from model.network.projector import Trunk
from training.data.branches import IGNORED


def trunks_of(model: nn.Module) -> dict[str, Trunk]:
    """The trunk that each modality's projector uses, also inside PEFT's wrapping."""
    return {
        modality: module
        for name, module in model.named_modules()
        for modality in MODALITIES
        if isinstance(module, Trunk) and f"projectors.{modality}." in name
    }


def trunk_beliefs(trunks: Mapping[str, Trunk], batch: Mapping[str, Tensor]) -> Tensor:
    """Log-probabilities (n, classes): the product of what the trunks of present modalities say."""
    total = torch.zeros(())
    with torch.no_grad():
        for modality, trunk in trunks.items():
            said = trunk(batch[f"{modality}_summary"]).log_softmax(-1)
            total = total + said * batch[f"{modality}_present"].unsqueeze(-1)
    return total.log_softmax(-1)


def distillation_loss(
    logits: Tensor,
    batch: Mapping[str, Tensor],
    beliefs: Tensor,
    distilled: float,
    agreed: float = 0.0,
) -> Tensor:
    """What learning from trunks and direct answer would add to the loss of the labels alone.

    Args:
        logits: (learned, vocabulary), of the learned positions in order, as the model's forward
            returns them.
        batch: of `BranchCollator` with classes.
        beliefs: (n, classes), log-probabilities.
        distilled: share of the beliefs, in [0, 1]; the rest is the label's.
        agreed: share of the direct answer's probabilities where a rationale names the emotion, in
            [0, 1]; the rest is shared out as elsewhere. The direct answer does not learn from that.

    Returns:
        Scalar, weighted as the model's loss is.
    """
    labels, at = batch["labels"], batch["decision_at"]
    learned = labels[:, 1:] != IGNORED
    order = learned.flatten().cumsum(0).view(learned.shape) - 1
    rows, columns = (at >= 0).nonzero(as_tuple=True)
    places = at[rows, columns]
    said = logits[order[rows, places - 1]].float().log_softmax(-1)
    truth = said.gather(1, labels[rows, places].unsqueeze(1)).squeeze(1)
    ids = batch["decision_ids"][rows, columns]
    choices = said.gather(1, ids)
    believed = (beliefs[rows].exp() * choices).sum(1)
    thought = (columns == 0) & (at[rows, 1] >= 0)
    answered = (_direct_answers(choices, ids, rows, thought, len(at)) * choices).sum(1)
    share = agreed * thought.to(choices.dtype)
    added = (1 - share) * distilled * (truth - believed) + share * (truth - answered)
    weights = batch["token_weights"]
    return (weights[rows, places] * added).sum() / weights[:, 1:][learned].sum()


def _direct_answers(
    choices: Tensor, ids: Tensor, rows: Tensor, thought: Tensor, count: int
) -> Tensor:
    """For each decision the probabilities of its window's direct answer, as constants.

    Emotions that begin with the same token (disgust, disappointment) share what it is given.
    """
    alike = (ids.unsqueeze(-1) == ids.unsqueeze(-2)).sum(-1)
    shared = choices.detach() - alike.log()
    answers = choices.new_zeros(count, choices.shape[1])
    answers[rows[~thought]] = shared[~thought].softmax(-1)
    return answers[rows]
