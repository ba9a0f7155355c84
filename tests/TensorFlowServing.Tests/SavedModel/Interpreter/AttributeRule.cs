using System.Globalization;
using Moodstream.TensorFlowServing.Wire;

namespace Moodstream.TensorFlowServing.Tests.SavedModel.Interpreter;

/// <summary>What TensorFlow's registry says of an attribute.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind">The member of the oneof it must be.</param>
/// <param name="IsMandatory">Whether it has no default.</param>
/// <param name="Default">Its default, as a number; of no interest where it is not one.</param>
internal sealed record AttributeRule(string Name, AttrValue.ValueOneofCase Kind, bool IsMandatory, long Default)
{
    /// <summary>Reads <c>name:kind</c>, <c>name:kind=default</c> or <c>name:kind?</c>.</summary>
    public static AttributeRule Parse(string text)
    {
        var parts = text.TrimEnd('?').Split(':', '=');
        var kind = Enum.Parse<AttrValue.ValueOneofCase>(parts[1], ignoreCase: true);
        var isMandatory = parts.Length == 2 && !text.EndsWith('?');
        return new AttributeRule(
            parts[0], kind, isMandatory, parts.Length == 3 ? long.Parse(parts[2], CultureInfo.InvariantCulture) : 0);
    }
}
