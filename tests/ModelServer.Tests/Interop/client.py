"""A gRPC client of TensorFlow Serving as its users have it: grpcio, and messages generated from protos/.

usage: client.py CASE ADDRESS STUBS [FILE]     prints one JSON object
"""
import base64
import json
import struct
import sys
from concurrent.futures import ThreadPoolExecutor

case, address, stubs = sys.argv[1:4]
sys.path.insert(0, stubs)

import grpc
from google.protobuf import json_format
from grpc.health.v1 import health_pb2
from tensorflow.core.framework import tensor_pb2, tensor_shape_pb2, types_pb2
from tensorflow_serving.apis import get_model_metadata_pb2, get_model_status_pb2, predict_pb2
from tensorflow_serving.apis import model_service_pb2_grpc, prediction_service_pb2_grpc

PREDICT = "/tensorflow.serving.PredictionService/Predict"
channel = grpc.insecure_channel(address)
predictions = prediction_service_pb2_grpc.PredictionServiceStub(channel)
models = model_service_pb2_grpc.ModelServiceStub(channel)


def make_tensor_proto(values, shape):
    """What tf.make_tensor_proto makes of a list of ints: tensor_content, but int_val for a single value."""
    tensor = tensor_pb2.TensorProto(
        dtype=types_pb2.DT_INT32,
        tensor_shape=tensor_shape_pb2.TensorShapeProto(
            dim=[tensor_shape_pb2.TensorShapeProto.Dim(size=size) for size in shape]))
    if isinstance(values, int):
        tensor.int_val.append(values)
    else:
        tensor.tensor_content = struct.pack("<%di" % len(values), *values)
    return tensor


def article_request(rows, columns, segments=None):
    """The request of the article's client: padded ids, a mask, segment 0, each a list that make_tensor_proto encodes."""
    ids, mask = [], []
    for row in rows:
        ids += row + [0] * (columns - len(row))
        mask += [1] * len(row) + [0] * (columns - len(row))
    shape = [len(rows), columns]
    request = predict_pb2.PredictRequest()
    request.model_spec.name = "bert"
    request.model_spec.signature_name = "bert_predictions"
    request.inputs["input_ids"].CopyFrom(make_tensor_proto(ids, shape))
    request.inputs["input_mask"].CopyFrom(make_tensor_proto(mask, shape))
    request.inputs["segment_ids"].CopyFrom(make_tensor_proto([0] * len(ids) if segments is None else segments, shape))
    return request


def posts(lengths):
    """A row of token ids for each length."""
    return [
        [101] + [2000 + (row * 31 + i * 7) % 5000 for i in range(length - 2)] + [102]
        for row, length in enumerate(lengths)]


def labels_of(response):
    """As the article's client reads them."""
    output = response.outputs["predictated_labels"]
    shape = [dim.size for dim in output.tensor_shape.dim]
    return {"int_val": list(output.int_val), "shape": shape}


def status_of(call):
    try:
        call()
        return {"code": "OK", "details": ""}
    except grpc.RpcError as error:
        return {"code": error.code().name, "details": error.details()}


def golden(name):
    with open(sys.argv[4]) as file:
        entry = next(m for m in json.load(file)["messages"] if m["name"] == name)
    return base64.b64decode(entry["base64"])


def run():
    if case == "golden":
        raw = channel.unary_unary(PREDICT)  # no serializer: the golden's own bytes
        return labels_of(predict_pb2.PredictResponse.FromString(raw(golden("seed_client"), timeout=30)))
    if case == "article":
        # What this client sends is what the article's does, byte for byte: its golden has two rows of five.
        two = [[2, 21, 53, 94, 3], [2, 17, 3]]
        goldens = {name: article_request(two, 5, segments).SerializeToString(deterministic=True) == golden(name)
                   for name, segments in [("seed_client", None), ("segment_fill", 0)]}
        twenty = posts([5 + 3 * row for row in range(20)])
        alone = [predictions.Predict(article_request([row], len(row)), 30.0) for row in twenty]
        return {
            "goldens": goldens,
            "lists": labels_of(predictions.Predict(article_request(twenty, 150), 30.0)),
            "fill": labels_of(predictions.Predict(article_request(twenty, 150, 0), 30.0)),
            "alone": [label for response in alone for label in labels_of(response)["int_val"]]}
    if case == "errors":
        raw = channel.unary_unary(PREDICT)
        names = ["int64_content", "unknown_model", "version_7", "unknown_signature", "missing_input", "broken_content", "empty_request"]
        answers = {name: status_of(lambda: raw(golden(name), timeout=30)) for name in names}
        answers["no_such_method"] = status_of(
            lambda: channel.unary_unary("/tensorflow.serving.PredictionService/Nothing")(b"", timeout=30))
        answers["not_a_message"] = status_of(lambda: raw(b"\xff\xff\xff", timeout=30))
        return answers
    if case == "metadata":
        request = get_model_metadata_pb2.GetModelMetadataRequest(metadata_field=["signature_def"])
        request.model_spec.name = "bert"
        response = predictions.GetModelMetadata(request, 30.0)
        signatures = get_model_metadata_pb2.SignatureDefMap()
        assert response.metadata["signature_def"].Unpack(signatures)
        return {name: sorted(s.inputs) + sorted(s.outputs) for name, s in signatures.signature_def.items()}
    if case == "status":
        request = get_model_status_pb2.GetModelStatusRequest()
        request.model_spec.name = "bert"
        return json_format.MessageToDict(models.GetModelStatus(request, 30.0))
    if case == "health":
        check = channel.unary_unary(
            "/grpc.health.v1.Health/Check",
            request_serializer=health_pb2.HealthCheckRequest.SerializeToString,
            response_deserializer=health_pb2.HealthCheckResponse.FromString)
        answers = {
            name: health_pb2.HealthCheckResponse.ServingStatus.Name(
                check(health_pb2.HealthCheckRequest(service=name), timeout=30).status)
            for name in ["", "PredictionService", "tensorflow.serving.PredictionService"]}
        answers["nobody"] = status_of(lambda: check(health_pb2.HealthCheckRequest(service="nobody"), timeout=30))["code"]
        return answers
    if case == "gzip":
        request = article_request(posts([20, 5, 60, 33]), 60)
        plain = predictions.Predict(request, 30.0)
        squeezed = predictions.Predict(request, 30.0, compression=grpc.Compression.Gzip)
        return {"same": list(plain.outputs["logits"].float_val) == list(squeezed.outputs["logits"].float_val)}
    if case == "large":
        # Above the 4 MiB that gRPC servers take by default; TensorFlow Serving takes it.
        request = article_request(posts([3]), 3)
        request.inputs["input_ids"].tensor_content = b""
        request.inputs["input_ids"].int_val.extend([101, 102, 102] + [7] * 6000000)
        return {"bytes": request.ByteSize(), **labels_of(predictions.Predict(request, 30.0))}
    if case == "concurrent":
        requests = [article_request(posts([5 + (i + r) % 35 for r in range(1 + i % 4)]), 40) for i in range(200)]
        with ThreadPoolExecutor(32) as pool:
            answers = list(pool.map(lambda r: list(predictions.Predict(r, 60.0).outputs["predictated_labels"].int_val), requests))
        return {"calls": len(answers), "rows": sum(len(a) for a in answers)}
    if case == "deadline":
        requests = [article_request(posts([64] * 24), 64) for _ in range(8)]
        busy = [predictions.Predict.future(r, 60.0) for r in requests]
        late = status_of(lambda: predictions.Predict(requests[0], 0.05))
        busy[-1].cancel()
        return {"late": late["code"], "others": [f.result().outputs["logits"].tensor_shape.dim[0].size for f in busy[:-1]]}
    raise SystemExit("no case " + case)


print(json.dumps(run()))
