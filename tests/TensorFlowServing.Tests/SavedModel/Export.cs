using Moodstream.Bert;
using Moodstream.TensorFlowServing.SavedModel;
using Moodstream.TensorFlowServing.Tests.SavedModel.Interpreter;

namespace Moodstream.TensorFlowServing.Tests.SavedModel;

/// <summary>Exports a model folder and reads the result back.</summary>
internal static class Export
{
    public static byte[] Bytes(string model, BertSavedModelOptions? options = null)
    {
        using var folder = new TemporaryFolder();
        Write(model, folder["1"], options);
        return File.ReadAllBytes(Path.Combine(folder["1"], BertSavedModel.ModelFile));
    }

    public static LoadedSavedModel Load(string model, BertSavedModelOptions? options = null) =>
        LoadedSavedModel.Parse(Bytes(model, options));

    public static void Write(string model, string folder, BertSavedModelOptions? options = null)
    {
        using var checkpoint = BertCheckpoint.Open(model);
        new BertSavedModel(checkpoint, options ?? new BertSavedModelOptions()).Write(folder);
    }
}
