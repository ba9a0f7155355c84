using Microsoft.Extensions.Options;
using Moodstream.Bert;
using Moodstream.ModelServer.Batching;
using Moodstream.ModelServer.Predict;
using Moodstream.Text;

namespace Moodstream.ModelServer.Versions;

/// <summary>Reads a version into memory and tests it, so that what is taken into service is known to answer right.</summary>
internal sealed class ModelLoader(
    IOptions<ModelServerOptions> options, ModelServerMetrics metrics, TimeProvider time, ILogger<ModelLoader> logger)
{
    private readonly ModelServerOptions _options = options.Value;

    /// <summary>Loads a version folder.</summary>
    /// <exception cref="ModelLoadException">It holds no model, one that cannot be run, or one whose stored answers it does not give.</exception>
    public ServedVersion Load(VersionFolder folder)
    {
        var started = time.GetTimestamp();
        try
        {
            var version = Read(folder);
            metrics.Loaded(taken: true, time.GetElapsedTime(started));
            return version;
        }
        catch (Exception exception)
        {
            // Whatever is wrong with a new version, the one in service must not suffer from it.
            metrics.Loaded(taken: false, time.GetElapsedTime(started));
            throw new ModelLoadException(
                exception is ModelFormatException or TextFormatException or ModelLoadException or IOException
                    ? exception.Message
                    : $"{exception.GetType().Name}: {exception.Message}",
                exception);
        }
    }

    private ServedVersion Read(VersionFolder folder)
    {
        if (folder.Stamp.Unreadable is { } reason)
        {
            throw new ModelLoadException(reason);
        }

        var model = BertModel.Load(folder.Path);
        try
        {
            var hasTokenizer = HasTokenizer(folder.Path);
            if (hasTokenizer && model.Encoder.VocabularySize > model.Config.VocabularySize)
            {
                throw new ModelLoadException(
                    $"{folder.Path}: the vocabulary has {model.Encoder.VocabularySize} entries, the model {model.Config.VocabularySize}");
            }

            Test(model, folder.Path);
            return new ServedVersion(
                folder.Version,
                model,
                new ModelWorkers(model, _options, metrics, time, logger),
                ServingSignatures.Of(model, hasTokenizer, _options));
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>The stored answers, where the folder has some; in any case a sequence, whose logits must be numbers.</summary>
    private void Test(BertModel model, string folder)
    {
        using var scorer = ModelWorkers.CreateScorer(model, _options);
        var logits = new float[model.Labels.Count];
        scorer.ScoreIds(new TokenBatch([0], [1]), logits);
        if (Array.Find(logits, l => !float.IsFinite(l)) is var odd && !float.IsFinite(odd))
        {
            throw new ModelLoadException($"{folder}: the model gives the logit {odd}");
        }

        if (ModelSelfTest.Read(folder)?.Run(model, scorer) is { } failure)
        {
            throw new ModelLoadException($"{folder}: {ModelSelfTest.FileName}: {failure}");
        }
    }

    private static bool HasTokenizer(string folder) =>
        File.Exists(Path.Combine(folder, "vocab.txt")) || File.Exists(Path.Combine(folder, "tokenizer.json"));
}
