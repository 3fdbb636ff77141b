
namespace MLNet.ConvRec.Export.Onnx;

/// <summary>The operators of ONNX's operator set 18 that our graphs use, by name.</summary>
internal static class GraphOperators
{
    extension(GraphBuilder graph)
    {
        public string Add(string a, string b) => graph.Node("Add", [a, b]);

        public string Subtract(string a, string b) => graph.Node("Sub", [a, b]);

        public string Multiply(string a, string b) => graph.Node("Mul", [a, b]);

        public string Divide(string a, string b) => graph.Node("Div", [a, b]);

        public string MatMul(string a, string b) => graph.Node("MatMul", [a, b]);

        public string Negate(string x) => graph.Node("Neg", [x]);

        public string SquareRoot(string x) => graph.Node("Sqrt", [x]);

        public string Logarithm(string x) => graph.Node("Log", [x]);

        public string Cosine(string x) => graph.Node("Cos", [x]);

        public string Sine(string x) => graph.Node("Sin", [x]);

        public string Sigmoid(string x) => graph.Node("Sigmoid", [x]);

        public string Softmax(string x) => graph.Node("Softmax", [x], NodeAttribute.Of("axis", -1));

        public string Equal(string a, string b) => graph.Node("Equal", [a, b]);

        public string Less(string a, string b) => graph.Node("Less", [a, b]);

        public string LessOrEqual(string a, string b) => graph.Node("LessOrEqual", [a, b]);

        public string GreaterOrEqual(string a, string b) => graph.Node("GreaterOrEqual", [a, b]);

        public string And(string a, string b) => graph.Node("And", [a, b]);

        public string Or(string a, string b) => graph.Node("Or", [a, b]);

        public string Not(string x) => graph.Node("Not", [x]);

        public string Larger(string a, string b) => graph.Node("Max", [a, b]);

        public string Power(string x, string exponent) => graph.Node("Pow", [x, exponent]);

        public string Where(string condition, string then, string otherwise) => graph.Node("Where", [condition, then, otherwise]);

        public string Cast(string x, ElementType type) => graph.Node("Cast", [x], NodeAttribute.Of("to", (long)type));

        public string Shape(string x) => graph.Node("Shape", [x]);

        /// <summary>The length of one axis, as a vector of one.</summary>
        public string Length(string x, int axis) => graph.Gather(graph.Shape(x), graph.Vector(axis));

        public string Reshape(string x, params long[] shape) => graph.Node("Reshape", [x, graph.Vector(shape)]);

        public string ReshapeTo(string x, string shape) => graph.Node("Reshape", [x, shape]);

        public string Squeeze(string x) => graph.Node("Squeeze", [x]);

        public string Unsqueeze(string x, params long[] axes) => graph.Node("Unsqueeze", [x, graph.Vector(axes)]);

        public string Transpose(string x, params long[] order) => graph.Node("Transpose", [x], NodeAttribute.Of("perm", order));

        public string Concat(int axis, params string[] parts) => graph.Node("Concat", parts, NodeAttribute.Of("axis", axis));

        /// <summary>Cuts the last axis into two halves.</summary>
        public string[] Halves(string x) => graph.Nodes("Split", [x], 2, NodeAttribute.Of("axis", -1), NodeAttribute.Of("num_outputs", 2));

        /// <summary>Drops one axis, whose length is 1.</summary>
        public string Squeeze(string x, long axis) => graph.Node("Squeeze", [x, graph.Vector(axis)]);

        public string Gather(string x, string indices, int axis = 0) => graph.Node("Gather", [x, indices], NodeAttribute.Of("axis", axis));

        /// <summary>For each index along an axis its value; every other index is the result's own place.</summary>
        public string GatherElements(string x, string indices, int axis) =>
            graph.Node("GatherElements", [x, indices], NodeAttribute.Of("axis", axis));

        /// <summary>Values by indices of the first axes, which stand in the last axis of the indices.</summary>
        public string GatherTuples(string x, string indices) => graph.Node("GatherND", [x, indices]);

        /// <summary>x with values put at indices along an axis; every other index is the value's own place.</summary>
        public string ScatterElements(string x, string indices, string values, int axis) =>
            graph.Node("ScatterElements", [x, indices, values], NodeAttribute.Of("axis", axis));

        /// <summary>The part [start, end) of an axis; both are vectors of one.</summary>
        public string Slice(string x, string start, string end, int axis = 0) =>
            graph.Node("Slice", [x, start, end, graph.Vector(axis)]);

        /// <summary>The end of an axis from a place on; a place below 0 counts from the end.</summary>
        public string From(string x, long start, int axis) => graph.Slice(x, graph.Vector(start), graph.Vector(long.MaxValue), axis);

        /// <summary>The beginning of an axis up to a place, which is left out.</summary>
        public string UpTo(string x, long end, int axis) => graph.Slice(x, graph.Vector(0), graph.Vector(end), axis);

        /// <summary>Cuts an axis into parts of given lengths.</summary>
        public string[] Split(string x, int axis, params long[] lengths) =>
            graph.Nodes("Split", [x, graph.Vector(lengths)], lengths.Length, NodeAttribute.Of("axis", axis));

        /// <summary>The value in the given shape, a vector.</summary>
        public string Expand(string x, string shape) => graph.Node("Expand", [x, shape]);

        /// <summary>The places of what is true in a vector, int64 [n].</summary>
        public string Places(string x) => graph.Reshape(graph.Node("NonZero", [x]), -1);

        /// <summary>The running sum along an axis, each element included.</summary>
        public string CumulativeSum(string x, long axis) => graph.Node("CumSum", [x, graph.Scalar(axis)]);

        /// <summary>The largest values of the last axis, in order, and their places; how many is a vector of one.</summary>
        public (string Values, string Places) Largest(string x, string count)
        {
            var both = graph.Nodes("TopK", [x, count], 2, NodeAttribute.Of("axis", -1));
            return (both[0], both[1]);
        }

        /// <summary>The whole numbers [start, end); both are without dimensions.</summary>
        public string Range(string start, string end) => graph.Node("Range", [start, end, graph.Scalar(1)]);

        public string Sum(string x, int axis) => graph.Node("ReduceSum", [x, graph.Vector(axis)], NodeAttribute.Of("keepdims", 0));

        public string Mean(string x, int axis) => graph.Node("ReduceMean", [x, graph.Vector(axis)], NodeAttribute.Of("keepdims", 1));

        public string Maximum(string x, int axis) => graph.Node("ReduceMax", [x, graph.Vector(axis)], NodeAttribute.Of("keepdims", 1));

        /// <summary>The place of the largest value; of equals the first.</summary>
        public string ArgMax(string x, int axis) =>
            graph.Node("ArgMax", [x], NodeAttribute.Of("axis", axis), NodeAttribute.Of("keepdims", 1));
    }
}
