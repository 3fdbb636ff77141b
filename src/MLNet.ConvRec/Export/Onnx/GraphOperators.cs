
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

        public string Cosine(string x) => graph.Node("Cos", [x]);

        public string Sine(string x) => graph.Node("Sin", [x]);

        public string Sigmoid(string x) => graph.Node("Sigmoid", [x]);

        public string Softmax(string x) => graph.Node("Softmax", [x], NodeAttribute.Of("axis", -1));

        public string Equal(string a, string b) => graph.Node("Equal", [a, b]);

        public string Less(string a, string b) => graph.Node("Less", [a, b]);

        public string LessOrEqual(string a, string b) => graph.Node("LessOrEqual", [a, b]);

        public string GreaterOrEqual(string a, string b) => graph.Node("GreaterOrEqual", [a, b]);

        public string And(string a, string b) => graph.Node("And", [a, b]);

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

        public string Gather(string x, string indices, int axis = 0) => graph.Node("Gather", [x, indices], NodeAttribute.Of("axis", axis));

        /// <summary>The part [start, end) of the first axis; both are vectors of one.</summary>
        public string Slice(string x, string start, string end) => graph.Node("Slice", [x, start, end, graph.Vector(0)]);

        /// <summary>The whole numbers [start, end); both are without dimensions.</summary>
        public string Range(string start, string end) => graph.Node("Range", [start, end, graph.Scalar(1)]);

        public string Sum(string x, int axis) => graph.Node("ReduceSum", [x, graph.Vector(axis)], NodeAttribute.Of("keepdims", 0));

        public string Mean(string x, int axis) => graph.Node("ReduceMean", [x, graph.Vector(axis)], NodeAttribute.Of("keepdims", 1));

        public string Maximum(string x, int axis) => graph.Node("ReduceMax", [x, graph.Vector(axis)], NodeAttribute.Of("keepdims", 1));

        public string LogSumExp(string x, int axis) =>
            graph.Node("ReduceLogSumExp", [x, graph.Vector(axis)], NodeAttribute.Of("keepdims", 1));

        /// <summary>The place of the largest value; of equals the first.</summary>
        public string ArgMax(string x, int axis) =>
            graph.Node("ArgMax", [x], NodeAttribute.Of("axis", axis), NodeAttribute.Of("keepdims", 1));
    }
}
