#!/bin/bash
# Runs the kit on the machine with the GPU: run.sh PARTS OUTPUT [options of run]. PARTS: the folder of part-*; OUTPUT: a folder for the JSON.
# libtorch is that of python3's PyTorch, unless CONVREC_LIBTORCH names another.
set -eu
parts=$1 output=$2
shift 2
kit=${CONVREC_KIT:-/tmp/convrec-kit}
if [ ! -x "$kit/MLNet.ConvRec.Gpu" ]; then
    mkdir -p "$kit"
    cat "$parts"/part-* | tar -xz -C "$kit"
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
mkdir -p "$output"
exec "$kit/MLNet.ConvRec.Gpu" run --output "$output/gpu.json" "$@"
