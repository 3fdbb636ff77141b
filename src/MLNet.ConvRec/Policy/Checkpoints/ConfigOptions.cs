using System.Text.Json;

namespace MLNet.ConvRec.Policy.Checkpoints;

/// <summary>The options of a JSON object of a config, each read with a sentence for what it must be; null stands for missing.</summary>
internal readonly struct ConfigOptions(JsonElement json, string path, string prefix = "")
{
    /// <summary>The options that are set, by name.</summary>
    public IEnumerable<string> Names =>
        json.EnumerateObject().Where(member => member.Value.ValueKind != JsonValueKind.Null).Select(member => member.Name);

    /// <summary>A whole number.</summary>
    public int? Integer(string name)
    {
        if (Find(name) is not { } value)
            return null;
        return value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number)
            ? number
            : throw Fault($"{prefix}{name} is {Shown(value)}, not a whole number");
    }

    /// <summary>A whole number that must be there.</summary>
    public int RequiredInteger(string name) => Integer(name) ?? throw Fault($"{prefix}{name} is missing");

    /// <summary>A number.</summary>
    public double? Number(string name)
    {
        if (Find(name) is not { } value)
            return null;
        return value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && double.IsFinite(number)
            ? number
            : throw Fault($"{prefix}{name} is {Shown(value)}, not a number");
    }

    /// <summary>A number that must be there.</summary>
    public double RequiredNumber(string name) => Number(name) ?? throw Fault($"{prefix}{name} is missing");

    /// <summary>True or false; missing is false, as it is for Hugging Face in every option that is asked for.</summary>
    public bool Flag(string name) => Find(name)?.ValueKind switch
    {
        null or JsonValueKind.False => false,
        JsonValueKind.True => true,
        _ => throw Fault($"{prefix}{name} is {Shown(Find(name)!.Value)}, not true or false"),
    };

    /// <summary>A text.</summary>
    public string? Text(string name)
    {
        if (Find(name) is not { } value)
            return null;
        return value.ValueKind == JsonValueKind.String ? value.GetString() : throw Fault($"{prefix}{name} is {Shown(value)}, not a text");
    }

    /// <summary>An array of texts.</summary>
    public string[] Texts(string name)
    {
        if (Find(name) is not { } value)
            return [];
        return value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(text => text.ValueKind == JsonValueKind.String)
            ? [.. value.EnumerateArray().Select(text => text.GetString()!)]
            : throw Fault($"{prefix}{name} is {Shown(value)}, not an array of texts");
    }

    /// <summary>A whole number, or an array of them.</summary>
    public int[] Integers(string name)
    {
        if (Find(name) is not { } value)
            return [];
        JsonElement[] numbers = value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray()] : [value];
        var options = this;
        return Array.ConvertAll(numbers, number => number.ValueKind == JsonValueKind.Number && number.TryGetInt32(out var whole)
            ? whole
            : throw options.Fault($"{name} is {Shown(value)}, not a whole number or an array of them"));
    }

    /// <summary>The options of an object within.</summary>
    public ConfigOptions? Object(string name)
    {
        if (Find(name) is not { } value)
            return null;
        return value.ValueKind == JsonValueKind.Object
            ? new ConfigOptions(value, path, $"{prefix}{name}.")
            : throw Fault($"{prefix}{name} is {Shown(value)}, not an object");
    }

    /// <summary>Whether the option is there and not null.</summary>
    public bool IsSet(string name) => Find(name) is not null;

    /// <summary>Fails unless a condition holds.</summary>
    public void Require(bool holds, string otherwise)
    {
        if (!holds)
            throw Fault(otherwise);
    }

    /// <summary>The error of this file.</summary>
    public InvalidDataException Fault(string what) => new($"{path}: {what}.");

    private static string Shown(JsonElement value) => SafetensorsFault.Shown(value.GetRawText());

    private JsonElement? Find(string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
}
