using MLNet.ConvRec.Policy;

namespace MLNet.ConvRec.Export.Matrices;

/// <summary>The forms in which a graph holds matrices that checkpoints hold as [out, in], and the way back.</summary>
internal static class MatrixForms
{
    /// <summary>Matrices below each other: [all out, in].</summary>
    public static float[] Stack(IReadOnlyList<NamedTensor> matrices)
    {
        var values = new float[matrices.Sum(matrix => matrix.Count)];
        var start = 0;
        foreach (var matrix in matrices)
        {
            matrix.Read(0, values.AsSpan(start, (int)matrix.Count));
            start += (int)matrix.Count;
        }

        return values;
    }

    /// <summary>The transpose of a matrix of so many rows.</summary>
    public static float[] Transpose(ReadOnlySpan<float> values, int rows)
    {
        var columns = values.Length / rows;
        var transposed = new float[values.Length];
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < columns; column++)
                transposed[((long)column * rows) + row] = values[(row * columns) + column];
        }

        return transposed;
    }

    /// <summary>Cuts what was stacked into its parts, of the given numbers of elements.</summary>
    public static IEnumerable<float[]> Cut(float[] values, IEnumerable<long> counts)
    {
        var start = 0;
        foreach (var count in counts)
        {
            yield return values[start..(start + (int)count)];
            start += (int)count;
        }
    }
}
