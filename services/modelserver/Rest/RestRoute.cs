using System.Globalization;
using System.Text.RegularExpressions;
using Moodstream.Rpc;
using Moodstream.TensorFlowServing.Wire;

namespace Moodstream.ModelServer.Rest;

/// <summary>
/// What a path asks for. The grammar is that of TensorFlow Serving (model_servers/http_rest_api_util.cc).
/// </summary>
/// <param name="Operation">What is asked for.</param>
/// <param name="Name">Name of the model; empty when the path has none.</param>
/// <param name="Version">Null for none.</param>
/// <param name="Label">Null for none.</param>
internal sealed partial record RestRoute(
    RestOperation Operation, string Name, long? Version = null, string? Label = null)
{
    private const string Model = "/v1/models";
    private const string Choice = @"(/versions/(?<version>[0-9]+)|/labels/(?<label>[^/:]+))?";
    private const RegexOptions Options =
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture;

    /// <summary>The one method the path takes; HEAD goes with GET.</summary>
    public string Method =>
        Operation is RestOperation.Status or RestOperation.Metadata ? HttpMethods.Get : HttpMethods.Post;

    /// <summary>Reads a path.</summary>
    /// <param name="path">As it stood in the request, percent-encoded, without the query.</param>
    /// <returns>Null when it is none of ours.</returns>
    /// <exception cref="RpcException">INVALID_ARGUMENT: the version does not fit 64 bits.</exception>
    public static RestRoute? Parse(string path)
    {
        var match = Run().Match(path) is { Success: true } run ? run : Look().Match(path);
        return !match.Success ? null : new RestRoute(
            Enum.Parse<RestOperation>(Find("operation") ?? nameof(RestOperation.Status), ignoreCase: true),
            Uri.UnescapeDataString(Find("name") ?? ""),
            Find("version") is { } version ? NumberOf(version) : null,
            Find("label") is { } label ? Uri.UnescapeDataString(label) : null);

        string? Find(string group) => match.Groups[group] is { Success: true, Value: var value } ? value : null;
    }

    /// <summary>The model as a request names it.</summary>
    /// <param name="signature">Empty for the default.</param>
    public ModelSpec ToSpec(string signature = "")
    {
        var spec = new ModelSpec { Name = Name, SignatureName = signature };
        if (Version is not null)
        {
            spec.Version = Version;
        }
        else if (Label is not null)
        {
            spec.VersionLabel = Label;
        }

        return spec;
    }

    private static long NumberOf(string digits) =>
        long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new RpcException(StatusCode.InvalidArgument, $"Failed to convert version: {digits} to numeric.");

    [GeneratedRegex(
        $@"^{Model}/(?<name>[^/:]+){Choice}:(?<operation>classify|regress|predict)\z", Options)]
    private static partial Regex Run();

    [GeneratedRegex($@"^{Model}(/(?<name>[^/:]+))?{Choice}(/(?<operation>metadata))?\z", Options)]
    private static partial Regex Look();
}
