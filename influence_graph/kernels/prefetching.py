"""Asking for memory before it is needed: searches jump about in large arrays, and waiting is most of their time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from llvmlite import ir  # type: ignore[import-untyped]
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

if TYPE_CHECKING:

    def prefetch(array: Any, place: Any) -> None:
        """Bring ``array[place]`` near; changes nothing, and does no harm where it is not read after all."""

else:

    @intrinsic
    def prefetch(_typing: Any, array: Any, _place: Any) -> Any:
        """Bring ``array[place]`` near; changes nothing, and does no harm where it is not read after all."""

        def build(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            kind = signature.args[0]
            whole = context.make_array(kind)(context, builder, arguments[0])
            at = cgutils.get_item_pointer(context, builder, kind, whole, [arguments[1]], wraparound=False)
            byte, number = ir.IntType(8).as_pointer(), ir.IntType(32)
            asked = ir.FunctionType(ir.VoidType(), [byte, number, number, number])
            function = cgutils.get_or_insert_function(builder.module, asked, "llvm.prefetch.p0")
            # to be read, to be kept in every cache, data
            builder.call(function, [builder.bitcast(at, byte), number(0), number(3), number(1)])
            return context.get_dummy_value()

        return types.void(array, types.intp), build
