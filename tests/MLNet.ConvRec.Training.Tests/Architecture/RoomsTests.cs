using System.Reflection;
using MLNet.ConvRec.Dialogues;
using MLNet.ConvRec.Training.Sft;
using Mono.Cecil;
using NetArchTest.Rules;

namespace MLNet.ConvRec.Training.Tests.Architecture;

/// <summary>The rooms within the stages are those that docs/architecture.md draws, and use no others than it says.</summary>
public class RoomsTests
{
    private static readonly Assembly[] Assemblies = [typeof(Dialogue).Assembly, typeof(SftTrainer).Assembly];

    public static TheoryData<string> Names => new(Rooms.OfPage.Select(room => room.Name));

    [Fact]
    public void ThePage_DrawsEachFolder() =>
        Assert.Equal(Rooms.OfTypes.Values.Distinct().Order(), Rooms.OfPage.Select(room => room.Name).Order());

    [Theory]
    [MemberData(nameof(Names))]
    public void Room_UsesWhatThePageSays(string name)
    {
        var room = Rooms.OfPage.Single(room => room.Name == name);
        string[] foreign = [.. Rooms.OfPage.Where(other => other.Stage == room.Stage && !room.MayUse(other)).Select(other => other.Name)];

        Assert.Empty(Users(name, foreign));
    }

    [Fact]
    public void TheRule_SeesUsesInsideMethods()
    {
        // Remap's statistics read lines; the other way round the rule must speak.
        Assert.NotEmpty(Users("Demonstrations/Remap", ["Demonstrations/Reading"]));
        Assert.Empty(Users("Demonstrations/Reading", ["Demonstrations/Remap"]));
    }

    [Fact]
    public void NoRoom_UsesOneBelowItOnThePage()
    {
        var names = Rooms.OfPage.Select(room => room.Name).ToList();
        foreach (var room in Rooms.OfPage)
        {
            foreach (var used in room.Uses.Where(used => used != room.Name))
            {
                Assert.Contains(used, names);
                Assert.True(names.IndexOf(used) < names.IndexOf(room.Name), $"{room.Name} stands above {used}, which it uses.");
            }
        }
    }

    [Fact]
    public void EveryType_HasTheNamespaceOfItsFolder_OrPublicTheOneOfItsStage()
    {
        foreach (var type in Assemblies.SelectMany(assembly => assembly.GetTypes()).Where(type => !type.IsNested && Rooms.OfTypes.ContainsKey(type.FullName!)))
        {
            var (room, space) = (Rooms.OfTypes[type.FullName!], type.Namespace!);
            var own = space == "Microsoft.ML" ? room : space["MLNet.ConvRec.".Length..].Replace('.', '/');
            Assert.True(own == room || (room.StartsWith($"{own}/", StringComparison.Ordinal) && HasPublicType(room, type)), $"{type.FullName} stands in {room}.");
        }
    }

    // A record beside a public type in one file shares its namespace.
    private static bool HasPublicType(string room, Type type) =>
        type.IsPublic || type.Assembly.GetTypes().Any(other => other.IsPublic && other.Namespace == type.Namespace && Rooms.OfTypes.GetValueOrDefault(other.FullName!) == room);

    private static IEnumerable<string> Users(string room, string[] foreign)
    {
        string[] theirs = [.. Rooms.OfTypes.Where(type => foreign.Contains(type.Value)).Select(type => type.Key)];
        if (theirs.Length == 0)
            return [];
        return Types.InAssemblies(Assemblies).That().MeetCustomRule(new StandsIn(room)).ShouldNot().HaveDependencyOnAny(theirs).GetResult().FailingTypeNames ?? [];
    }

    private sealed class StandsIn(string room) : ICustomRule
    {
        public bool MeetsRule(TypeDefinition type)
        {
            while (type.DeclaringType is { } outer)
                type = outer;
            return Rooms.OfTypes.GetValueOrDefault(type.FullName) == room;
        }
    }
}
