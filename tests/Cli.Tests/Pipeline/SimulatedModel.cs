using Moodstream.Classifier.Inference;
using Moodstream.Contracts;
using Moodstream.Text;

namespace Moodstream.Cli.Tests.Pipeline;

/// <summary>A model that answers at once; where told to, it fails for a while, or never answers for one post.</summary>
/// <param name="failures">Calls that end in trouble before the first that succeeds.</param>
/// <param name="poison">A post that is refused whenever it is in a batch; null for none.</param>
internal sealed class SimulatedModel(int failures = 0, int? poison = null) : IInference
{
    private const int Marker = 1_000_000;

    public static readonly ModelVersion Version = new("simulated", 1);

    private int _failures = failures;

    /// <summary>Two ids: the post's number, and a marker.</summary>
    public static EncodedLength Encode(ReadOnlySpan<char> text, Span<int> tokenIds)
    {
        var number = text[(text.LastIndexOf(' ') + 1)..];
        tokenIds[0] = int.TryParse(number, out var post) ? post : -1; // The classifier's control post has no number.
        tokenIds[1] = Marker;
        return new EncodedLength(2, Truncated: false);
    }

    public Task<InferenceAnswer> InferAsync(InferenceBatch batch, CancellationToken cancellationToken)
    {
        if (_failures > 0)
        {
            _failures--;
            throw new IOException("the model is away");
        }

        if (poison is { } post && batch.TokenIds.Span.Contains(post))
        {
            return Task.FromResult(InferenceAnswer.Refused($"post {post} is refused"));
        }

        batch.ProbabilitiesBC.Span.Fill(1f / 3);
        return Task.FromResult(InferenceAnswer.Scored(Version));
    }

    public void Dispose()
    {
    }
}
