using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Policy.Runtime;
using Mono.Cecil;
using Mono.Cecil.Cil;
using TorchSharp;

namespace MLNet.ConvRec.Training.Tests.Architecture;

/// <summary>
/// Nothing falls back to the host by mistake: the compiled code makes every tensor on a device that it names, and reads tensors in one place alone. What the
/// tests on the device meta can't see, since libtorch takes some tensors of the host there in silence, is seen here.
/// </summary>
[Collection<Alone>]
public class DeviceTests
{
    // What hands a tensor's numbers to the host, or waits for them.
    private static readonly HashSet<string> Reading =
    [
        "item", "cpu", "data", "bytes", "get_bytes", "ToSingle", "ToDouble", "ToInt32", "ToInt64", "ToBoolean", "ToScalar", "ToHalf", "ToByte", "op_Explicit", "tolist", "str", "print",
        "jlstr", "npstr", "cstr", "clip_grad_norm_", "nonzero", "masked_select", "unique", "unique_consecutive", "equal", "allclose", "WriteBytesToStream", "Save",
    ];

    // Those that mean the host.
    private static readonly HashSet<string> OnHost =
    [
        nameof(HostTransfer), nameof(TorchRuntime), // the way itself, and a tensor that loads libtorch
        nameof(LoraAdapter), nameof(LoraAdapters),  // drawn on the host, so that every device begins alike
        "LiveRun",                                  // a generator's state is the host's whatever its device
        "TrainingHost",                             // the device that the user chose
    ];

    [Fact]
    public void NumbersAreReadInOnePlace() =>
        Assert.Empty(Uses(typeof(HostTransfer)).Where(use => use.Type != nameof(HostTransfer) && IsReading(use.Used)).Select(use => use.Text));

    [Fact]
    public void TheHostIsNamedWhereItIsMeant() =>
        Assert.Empty(Uses(typeof(HostTransfer)).Where(use => use.Used is FieldReference { Name: nameof(torch.CPU) } && !OnHost.Contains(use.Type)).Select(use => use.Text));

    [Fact]
    public void EveryTensor_IsMadeOnANamedDevice() =>
        Assert.Empty(Uses(typeof(HostTransfer)).Where(use => IsWithoutDevice(use.Used, use.At)).Select(use => use.Text));

    [Fact]
    public void TheRules_SeeMistakes()
    {
        var mistakes = Uses(typeof(DeviceTests)).Where(use => use.Type == nameof(Mistaken)).ToArray();

        Assert.Equal(["get_bytes", "item", "ToSingle"], mistakes.Where(use => IsReading(use.Used)).Select(use => use.Used.Name));
        Assert.Single(mistakes, use => use.Used is FieldReference { Name: nameof(torch.CPU) });
        Assert.Equal(["zeros", "tensor", "arange"], mistakes.Where(use => IsWithoutDevice(use.Used, use.At)).Select(use => use.Used.Name));
    }

    [Fact]
    public void TheMistakenMethod_Runs() // or the compiler would find it unused
    {
        TorchRuntime.EnsureLoaded();
        using var scope = torch.NewDisposeScope();
        Assert.Equal(3 * sizeof(float), Mistaken.Everything());
    }

    private static class Mistaken
    {
        public static float Everything()
        {
            var made = torch.zeros(3) + torch.tensor(new float[] { 0, 1, 2 }) - torch.arange(3) + torch.ones(3, device: torch.CPU);
            return made.bytes.Length * made[0].item<float>() * made[1].ToSingle();
        }
    }

    private static bool IsReading(MemberReference used) =>
        Reading.Contains(used.Name) && (used.DeclaringType.Name is "Tensor" or "TensorExtensionMethods" or "utils" or "TensorAccessor`1");

    // A factory's device stands before arguments that are constants; where none is given the compiler writes null.
    private static bool IsWithoutDevice(MemberReference used, Instruction at)
    {
        if (used is not MethodReference called || called.DeclaringType.FullName != "TorchSharp.torch" || called.Name.EndsWith("_like", StringComparison.Ordinal)) // on that of their model
            return false;
        var device = called.Parameters.ToList().FindIndex(parameter => parameter.ParameterType.Name == nameof(torch.Device));
        if (device < 0)
            return false;
        var written = at;
        for (var after = called.Parameters.Count - device; after > 0; after--)
            written = written.Previous;
        return written.OpCode.Code == Code.Ldnull;
    }

    private static IEnumerable<Use> Uses(Type ofAssembly) =>
        from type in AssemblyDefinition.ReadAssembly(ofAssembly.Assembly.Location).MainModule.Types.SelectMany(WithNested)
        from method in type.Methods.Where(method => method.HasBody)
        from instruction in method.Body.Instructions
        let used = instruction.Operand as MemberReference
        where used?.DeclaringType is not null && used.DeclaringType.FullName.StartsWith("TorchSharp", StringComparison.Ordinal)
        let written = Written(type).Name
        select new Use(written, used, instruction, $"{written}.{method.Name}: {used.FullName}");

    // The type that a lambda or an iterator was written in.
    private static TypeDefinition Written(TypeDefinition type)
    {
        while (type.Name.StartsWith('<') && type.DeclaringType is { } outer)
            type = outer;
        return type;
    }

    private static IEnumerable<TypeDefinition> WithNested(TypeDefinition type) => type.NestedTypes.SelectMany(WithNested).Prepend(type);

    private sealed record Use(string Type, MemberReference Used, Instruction At, string Text);
}
