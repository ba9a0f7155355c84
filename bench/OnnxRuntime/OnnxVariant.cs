namespace Moodstream.Bench.OnnxRuntime;

/// <summary>Ways to write one model as ONNX.</summary>
internal enum OnnxVariant
{
    /// <summary>Standard operators, as PyTorch exports them; what is fused is ONNX Runtime's own choice.</summary>
    Plain,

    /// <summary>ONNX Runtime's own operators, as its transformer optimiser writes them.</summary>
    Fused,

    /// <summary>Plain, but [CLS] alone behind the last layer's keys: as our engine, and as no exporter.</summary>
    ClsOnly,
}
