"""Made-up names that look real: every pair is a common given name and a common surname or a made-up handle."""

from __future__ import annotations

import numpy as np

VIETNAMESE = (
    "An Bình Châu Diệp Dung Giang Hà Hạnh Hiếu Hoa Hương Khánh Khoa Lan Linh Long Mai Minh My Nam Nga Ngân Ngọc Nhi"
    " Phúc Phương Quân Quỳnh Sơn Tâm Thảo Thu Thủy Trang Trung Tú Tuấn Uyên Vân Vy Yến"
).split()
SURNAMES = "Nguyễn Trần Lê Phạm Hoàng Phan Vũ Đặng Bùi Đỗ Hồ Ngô Dương Lý".split()
MIDDLE = "Thị Văn Minh Thanh Ngọc Quốc Bảo Gia Khánh Hoài".split()
INTERNATIONAL = (
    "Ada Alma Anouk Bela Cleo Dario Elif Emil Farah Greta Hugo Ines Ivo Jana Kaito Lena Levi Luca Maya Mila Nadia Noor"
    " Omar Paula Rafa Rosa Sami Sora Tess Theo Tomas Vera Yara Zoe"
).split()
FAMILY = (
    "Adler Bauer Costa Duarte Eklund Fabre Garcia Hale Ito Jansen Kaya Lind Moreau Novak Okafor Petit Quinn Reyes"
    " Silva Tanaka Usman Vance Weber Yilmaz Zander"
).split()
THEMES = "daily kitchen glow studio travels reads runs mama skin garden thrift lens notes plates moves pets".split()


def creator_names(number: int, rng: np.random.Generator) -> list[str]:
    """Distinct names, two thirds of them Vietnamese, every fifth a handle."""
    names: list[str] = []
    taken: set[str] = set()
    tries = 0
    while len(names) < number:
        style = rng.random()
        if style < 0.53:
            name = f"{rng.choice(SURNAMES)} {rng.choice(MIDDLE)} {rng.choice(VIETNAMESE)}"
        elif style < 0.8:
            name = f"{rng.choice(INTERNATIONAL)} {rng.choice(FAMILY)}"
        else:
            name = f"{rng.choice(INTERNATIONAL).lower()}.{rng.choice(THEMES)}"
        tries += 1
        if name in taken and tries < 20 * number:
            continue
        if name in taken:  # every pair is used up
            name = f"{name} {len(names)}"
        taken.add(name)
        names.append(name)
    return names
