#!/bin/bash
# Runs the kit on the machine with the GPU: run.sh PARTS OUTPUT [options of run]. PARTS: the folder of part-*; OUTPUT: a folder for the JSON.
# libtorch is that of python3's PyTorch, unless CONVREC_LIBTORCH names another. The kit is unpacked once, into CONVREC_KIT or a temporary folder that is
# named by its content.
set -eu
if [ $# -lt 2 ] || ! [ -e "$1/part-00" ]; then
    echo "run.sh PARTS OUTPUT: PARTS is the folder of part-00 and so on, which pack has written." >&2
    exit 1
fi
parts=$1 output=$2
shift 2
mkdir -p "$output"
name=convrec-kit-$(cat "$parts"/part-* | sha256sum | cut -c 1-16)
kit=${CONVREC_KIT:-$(dirname "$(mktemp -u)")/$name}
if [ ! -d "$kit" ]; then
    partial=$(mktemp -d)
    cat "$parts"/part-* | tar -xz -C "$partial"
    mv "$partial" "$kit"
fi
if [ -z "${CONVREC_LIBTORCH:-}" ]; then
    CONVREC_LIBTORCH=$(python3 -c 'import os, torch; print(os.path.join(os.path.dirname(torch.__file__), "lib"))')
    export CONVREC_LIBTORCH
fi
# ONNX Runtime's CUDA provider finds CUDA's own libraries where PyTorch's packages keep them.
packages=$(dirname "$(dirname "$CONVREC_LIBTORCH")")
for folder in "$packages"/nvidia/*/lib; do
    [ -d "$folder" ] && LD_LIBRARY_PATH=$folder:${LD_LIBRARY_PATH:-}
done
export LD_LIBRARY_PATH=${LD_LIBRARY_PATH:-}
# .NET without ICU, where the machine has none.
ldconfig -p 2>/dev/null | grep -q libicuuc || export DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1
exec "$kit/MLNet.ConvRec.Gpu" run --output "$output/gpu.json" "$@"
