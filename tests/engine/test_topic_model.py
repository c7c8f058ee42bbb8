"""The joint topic model by itself, on small made data."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from bot.engine.nlu.topic_model import TopicModel

LABELS = ["tlv/tlv_wat", "tlv/tlv_stappen", "crisis"]
PER_LABEL = 6


def examples() -> tuple[list[csr_matrix], np.ndarray, list[str]]:
    """Return two count blocks and a dense block in which every label has columns of its own."""
    random = np.random.default_rng(7)
    labels = [label for label in LABELS for _ in range(PER_LABEL)]
    words, characters = (random.integers(0, 2, (len(labels), width)) for width in (9, 12))
    dense = random.normal(0, 0.1, (len(labels), 4)).astype(np.float32)
    for row, label in enumerate(labels):
        column = LABELS.index(label)
        words[row, column] = 3
        characters[row, column] = 2
        dense[row, column] = 1.0
    return [csr_matrix(words), csr_matrix(characters)], dense, labels


def fitted(temperature: float = 1.0) -> TopicModel:
    sparse, dense, labels = examples()
    return TopicModel.fit(sparse, dense, labels, [0.6, 1.0, 1.5], regularization=20.0, temperature=temperature)


def test_probabilities_sum_to_one_and_find_the_label() -> None:
    sparse, dense, labels = examples()
    model = fitted()
    rows = model.probabilities(sparse, dense)
    assert rows.shape == (len(labels), len(LABELS))
    assert rows.sum(axis=1) == pytest.approx(1.0, abs=1e-5)
    assert (rows >= 0).all()
    assert [str(model.labels[i]) for i in rows.argmax(axis=1)] == labels


def test_a_message_without_any_known_word_still_gets_probabilities() -> None:
    sparse, dense, _ = examples()
    nothing = [csr_matrix((1, block.shape[1])) for block in sparse]
    row = fitted().probabilities(nothing, np.zeros((1, dense.shape[1])))
    assert np.isfinite(row).all()
    assert row.sum() == pytest.approx(1.0, abs=1e-5)


def test_a_higher_temperature_is_less_sure_and_keeps_the_order() -> None:
    sparse, dense, _ = examples()
    sharp, soft = fitted(1.0).probabilities(sparse, dense), fitted(4.0).probabilities(sparse, dense)
    assert (soft.max(axis=1) < sharp.max(axis=1)).all()
    assert (soft.argsort(axis=1) == sharp.argsort(axis=1)).all()


def test_each_block_counts_by_its_weight() -> None:
    sparse, dense, labels = examples()
    only_dense = TopicModel.fit(sparse, dense, labels, [0.0, 0.0, 1.0], 20.0, 1.0)
    other_words = [csr_matrix(np.ones(block.shape)) for block in sparse]
    assert only_dense.probabilities(sparse, dense) == pytest.approx(only_dense.probabilities(other_words, dense))


def test_the_same_after_saving_and_loading(tmp_path: Path) -> None:
    sparse, dense, _ = examples()
    model = fitted(1.5)
    model.save(tmp_path / "topics.npz")
    loaded = TopicModel.load(tmp_path / "topics.npz")
    assert loaded.labels.tolist() == model.labels.tolist() == sorted(LABELS)
    # coefficients are kept in half precision
    assert loaded.probabilities(sparse, dense) == pytest.approx(model.probabilities(sparse, dense), abs=2e-3)


def test_the_file_holds_arrays_and_no_pickled_objects(tmp_path: Path) -> None:
    path = tmp_path / "topics.npz"
    fitted().save(path)
    with np.load(path, allow_pickle=False) as stored:
        assert all(stored[name].dtype != object for name in stored.files)
    with zipfile.ZipFile(path) as archive:
        assert all(name.endswith(".npy") for name in archive.namelist())


@pytest.mark.parametrize("content", [b"", b"no zip at all", b"PK\x03\x04 broken"])
def test_a_damaged_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "topics.npz"
    path.write_bytes(content)
    with pytest.raises((OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile)):
        TopicModel.load(path)


def test_a_missing_file_and_a_foreign_file_are_refused(tmp_path: Path) -> None:
    with pytest.raises(OSError):  # noqa: PT011
        TopicModel.load(tmp_path / "none.npz")
    np.savez(tmp_path / "other.npz", something=np.zeros(3))
    with pytest.raises(KeyError):
        TopicModel.load(tmp_path / "other.npz")
