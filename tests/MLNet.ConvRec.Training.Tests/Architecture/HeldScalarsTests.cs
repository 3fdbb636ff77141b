using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Policy.Runtime;
using Mono.Cecil;
using Mono.Cecil.Cil;
using TorchSharp;

namespace MLNet.ConvRec.Training.Tests.Architecture;

/// <summary>
/// A scalar that nobody holds may be freed during the native call that reads it (see <c>HeldScalars</c>): once in many million calls, so that no test
/// meets it and an hour's training does. The compiled code is read instead.
/// </summary>
[Collection<Alone>]
public class HeldScalarsTests
{
    private static readonly ModuleDefinition Torch = Read(typeof(torch).Assembly.Location);

    [Fact]
    public void EveryScalarOfOurs_IsHeldDuringTheCall() =>
        Assert.Empty(Unheld(Read(typeof(HeldScalars).Assembly.Location)));

    [Fact]
    public void TheRule_SeesScalarsThatNobodyHolds()
    {
        var found = Unheld(Read(typeof(HeldScalarsTests).Assembly.Location)).Where(line => line.Contains(nameof(Careless), StringComparison.Ordinal)).ToArray();

        Assert.Equal(3, found.Length); // two written there, one inside TorchSharp's own square(); the one declared by using is held
    }

    private static class Careless
    {
        public static torch.Tensor Everything(torch.Tensor x)
        {
            using Scalar held = 3.0;
            Scalar forgotten = 2.0;
            return x.mul(held).mul(forgotten).add(1.0, held).square();
        }
    }

    [Fact]
    public void TheCarelessMethod_Runs() // or the compiler would find it unused
    {
        TorchRuntime.EnsureLoaded();
        using var scope = torch.NewDisposeScope();
        Assert.Equal(81f, Careless.Everything(torch.ones(1)).item<float>());
    }

    private static IEnumerable<string> Unheld(ModuleDefinition module) =>
        from type in module.Types.SelectMany(WithNested)
        from method in type.Methods.Where(method => method.HasBody)
        from instruction in method.Body.Instructions
        let called = instruction.Operand as MethodReference
        where called is not null && called.DeclaringType.FullName.StartsWith("TorchSharp", StringComparison.Ordinal)
        where MakesScalar(called) ? !IsHeld(method, instruction) : MakesScalarInside(called)
        select $"{type.Name}.{method.Name}: {called.FullName}";

    private static bool MakesScalar(MethodReference method) =>
        method.ReturnType.FullName == typeof(Scalar).FullName || (method.DeclaringType.FullName == typeof(Scalar).FullName && method.Name == ".ctor");

    // Kept in a field, or in a local that is disposed of afterwards. A local alone isn't enough: the run-time forgets it after its last use.
    private static bool IsHeld(MethodDefinition method, Instruction made)
    {
        if (method.DeclaringType.FullName == typeof(HeldScalars).FullName)
            return true;
        var next = made.Next;
        if (next.OpCode.Code is Code.Stfld or Code.Stsfld)
            return true;
        return LocalStored(next) is { } local && method.Body.Instructions.Any(instruction =>
            LocalLoaded(instruction) == local && instruction.Next is { OpCode.Code: Code.Callvirt, Operand: MethodReference { Name: nameof(IDisposable.Dispose) } });
    }

    private static readonly Dictionary<string, bool> Known = [];

    private static bool MakesScalarInside(MethodReference reference)
    {
        var type = Torch.GetType(reference.DeclaringType.GetElementType().FullName);
        var method = type?.Methods.FirstOrDefault(candidate => candidate.FullName == reference.GetElementMethod().FullName);
        if (method is not { HasBody: true })
            return false;
        if (Known.TryGetValue(method.FullName, out var known))
            return known;
        Known[method.FullName] = false; // a method that calls itself makes a scalar only if something else in it does
        return Known[method.FullName] = method.Body.Instructions
            .Select(instruction => instruction.Operand).OfType<MethodReference>()
            .Any(called => MakesScalar(called) || (called.DeclaringType.FullName.StartsWith("TorchSharp", StringComparison.Ordinal) && MakesScalarInside(called)));
    }

    private static int? LocalStored(Instruction instruction) => instruction.OpCode.Code switch
    {
        Code.Stloc_0 => 0,
        Code.Stloc_1 => 1,
        Code.Stloc_2 => 2,
        Code.Stloc_3 => 3,
        Code.Stloc_S or Code.Stloc => ((VariableDefinition)instruction.Operand).Index,
        _ => null,
    };

    private static int? LocalLoaded(Instruction instruction) => instruction.OpCode.Code switch
    {
        Code.Ldloc_0 => 0,
        Code.Ldloc_1 => 1,
        Code.Ldloc_2 => 2,
        Code.Ldloc_3 => 3,
        Code.Ldloc_S or Code.Ldloc => ((VariableDefinition)instruction.Operand).Index,
        _ => null,
    };

    private static IEnumerable<TypeDefinition> WithNested(TypeDefinition type) => type.NestedTypes.SelectMany(WithNested).Prepend(type);

    private static ModuleDefinition Read(string path) => AssemblyDefinition.ReadAssembly(path).MainModule;
}
