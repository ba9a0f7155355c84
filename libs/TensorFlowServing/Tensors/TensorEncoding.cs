namespace Moodstream.TensorFlowServing.Tensors;

/// <summary>Where a tensor message carries its values.</summary>
public enum TensorEncoding
{
    /// <summary>The typed lists, such as <c>float_val</c>: what TensorFlow Serving answers with by default.</summary>
    TypedList,

    /// <summary><c>tensor_content</c>: raw bytes, the cheapest to write and to read.</summary>
    Content,
}
