"""Files a test writes: csv in any encoding, workbooks, and a small BIFF workbook as LibreOffice writes it."""

from __future__ import annotations

import base64
import csv
import io
import zipfile
import zlib
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pandas as pd
from openpyxl import Workbook

HOSTILE = ("NA", "null", "007", "=cmd|'/c calc'!A1<img src=x onerror=alert(1)>")
Rows = Iterable[Sequence[Any]]


def write_csv(path: Path, rows: Rows, encoding: str = "utf-8", delimiter: str = ",") -> Path:
    """Write rows, the header first, as text."""
    sink = io.StringIO(newline="")
    csv.writer(sink, delimiter=delimiter, lineterminator="\r\n").writerows(rows)
    path.write_bytes(sink.getvalue().encode(encoding))
    return path


def write_xlsx(path: Path, sheets: dict[str, Rows] | Rows) -> Path:
    """Write one or more sheets; numbers, dates and texts stay what they are."""
    book = Workbook()
    book.remove(book.active)
    for name, rows in (sheets if isinstance(sheets, dict) else {"Sheet1": sheets}).items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
        for cell in (c for line in sheet.iter_rows() for c in line):
            if isinstance(cell.value, str) and cell.data_type == "f":
                cell.data_type = "s"
            if type(cell.value) is date:
                cell.number_format = "yyyy-mm-dd"
    book.save(path)
    return path


def write_ods(path: Path, rows: Rows, repeated: int = 1) -> Path:
    """Write one sheet of texts as LibreOffice does; each row, and its last cell, stands `repeated` times."""
    lines = []
    for row in rows:
        cells = [f'<table:table-cell office:value-type="string"><text:p>{escape(str(c))}</text:p>' for c in row]
        cells[-1] = cells[-1].replace(
            "<table:table-cell", f'<table:table-cell table:number-columns-repeated="{repeated}"'
        )
        lines.append(
            f'<table:table-row table:number-rows-repeated="{repeated}">'
            + "".join(c + "</table:table-cell>" for c in cells)
            + '<table:table-cell table:number-columns-repeated="16000"/></table:table-row>'
        )
    names = {n: f"urn:oasis:names:tc:opendocument:xmlns:{n}:1.0" for n in ("office", "table", "text", "manifest")}
    spaces = " ".join(f'xmlns:{n}="{uri}"' for n, uri in names.items())
    blank = (
        '<table:table-row table:number-rows-repeated="1000000"><table:table-cell table:number-columns-repeated="999"/>'
        "</table:table-row>"
    )
    body = f'<table:table table:name="S">{"".join(lines)}{blank}</table:table>'
    content = f"<office:spreadsheet>{body}</office:spreadsheet>"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", f"<manifest:manifest {spaces}/>")
        root = f"<office:document-content {spaces}><office:body>{content}</office:body></office:document-content>"
        archive.writestr("content.xml", root)
    return path


def in_all_forms(folder: Path, rows: Rows) -> dict[str, Path]:
    """Write a table in every form a shop keeps it in, by the name of the form."""
    rows = [list(row) for row in rows]
    made = {
        f"{encoding} {name}": write_csv(folder / f"{encoding}-{k}.csv", rows, encoding, delimiter)
        for encoding in ("utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16")
        for k, (name, delimiter) in enumerate((("commas", ","), ("tabs", "\t"), ("semicolons", ";")))
    }
    made["xlsx"] = write_xlsx(folder / "t.xlsx", rows)
    made["xlsx named csv"] = write_xlsx(folder / "workbook.csv", rows)
    made["csv named xlsx"] = write_csv(folder / "text.xlsx", rows, "gbk")
    made["ods"] = write_ods(folder / "t.ods", rows)
    made["parquet"] = folder / "t.parquet"
    pd.DataFrame(rows[1:], columns=rows[0]).to_parquet(made["parquet"])
    made["parquet named csv"] = folder / "p.csv"
    made["parquet named csv"].write_bytes(made["parquet"].read_bytes())
    made["zip"] = folder / "t.zip"
    with zipfile.ZipFile(made["zip"], "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(made["gbk commas"], "月.csv")
    return made


XLS = (
    "c-rk(U1%It6h3$MC$mYqJ4utOt;TJ%+q6j}wTKa|NxH3CwMj@L77f@<IvZm**^q3|f|_k=5y66`4}B?0F)yO{gP;!zCT~6{6`@f3"
    "l=@cmVJb=~G?{+)%$?1;?9$ye6x2P#x#!+<@11kzo}YW>r}K47=f2o@nR4J!^3aMMAb%E50Cjg@5NV3HV%xUMwkz<jf@MXe4ZX0R"
    "4=8P3rR*9|v;zN47@#Dc6oqLoO@L0(Q7Q#Cz+<xCSInN3BG(lQ75U}Mm-$=faSt#z{$;M0@m~$B0oDT70fWGha|KWxupYP`*Z^!~"
    "pCGyecqi~K;6~sk;N8G`fK5t=u%Z(0L;rp?j#P5aZG(UgEBbx(&AK0?$=UXo;SryE7uhd<1rE`q^o?jNF%rIAu$y&=38}*ZoOBm@"
    "g3f{)q|cc9Ew{Va`vBb(?o=LqQ0r#hPjcJLZII;tuX)cU=Inr9elMeE_B|B@KGB2xH%2i^<j&Gs&UWO;HAFAx;3Tr}0j!yzY4oD>"
    "G(E$dC^dO&X<o+Uljeju6-z8}tj*J3978TFge70Tl=*)a$Ja{a)Blb?kF(2n&aKXRE0@2m0KcsOe|rIbATQtN>Z7mnPiu(JG})3G"
    "X%Ex7w4Z5x+RJo(x{7H-+Gii)I5+_bm%L8Qq~1k{3p|TL2NDgQ6!aUtAQQbcz+(KCOz1KbxP^Z<?xY$^hT?b7OQ&N37l*zey3ux1"
    "(^bQ{I&@qiI<5x&8od4n0>Q6R4uW&T?6m_R55=vcAd}|#Qy`(C+4mu>w+B)uW)cY-myu3yd!5T@L~jJH8m3WEP2N~eW;6bl*=ix^"
    "Fg{7<f;#>T1FyUB(bb>#5BGPy#QgN?!O|AZIi6#fS@dq_9j)BX@!AI5S(}L>(Ma>)*tj_z?loTx4<yH96Kw<L=u9Fu)g0OJV5FxJ"
    "J`uU)y8hUx8IJTHX8~_<8-X%A8Lo6~&FZ(Hf4u$TT>C|<Yg<<T9MW9?pD6g5qc+hd+&wN8^c>!;(;Iw-NQAx+Q#qEqUi7YxH9Xn#"
    "C=<jxH6eA(K_;F|t80eacM_inF;C>-X*s-QE;C#kIwOIR$c!|M<gPbiUcn_ulbRE}(vz9fFc(yF8n5(bMgk+BTB-3$>9xO8zjO=h"
    "DaR!&U3s<K7$T3=;k?CaVSd0e@|0B?Rr5Z%M@o2HtEaF0&fP@x7_35E0EN_vsc$D5MM#Y5*)I}qDOY`~T27!+@>DxDprLC{K5(X<"
    "kTuu-v5~3dbTXa_?|p5=OoShKxP34-Y$g&W2gL5Nc)atU)Skl024%yFO>D3{@1>;^AN+B>?`7lTQ#!S7{qh%Sgx6Ih%lS@KpLVN*"
    "dREn`2UV?lSk<eOs>Z#t?9`sJ-=X%oP)xrR{Ut}c@Z*KE4{S0{pMm~u*FW7OD}fx|kgAj2G-_n&T8O`vu$KRStY?l7=G!CPe<9%X"
    "pNI4*Izq#&$B~ltuje3k{$1=6{;NK$a{Vj{x#RGWKIrgDS@Jzu|6s-Jxfi%E<L7;-3C*(YCzDvI|9_j+zZzGjs4r*m{o|-RrS12@"
    "3*u}O$w{GRO@dPxT9kZW3FqGo{3IiP4<wAR4kmkGY5H`Q@%>wXsmlL9!%aPAE{^"
)
"""Header 编号 昵称 数量; rows 7 小鹿 3 and NA null 4."""


def write_xls(path: Path) -> Path:
    """Write the small BIFF workbook."""
    path.write_bytes(zlib.decompress(base64.b85decode("".join(XLS.split()))))
    return path
